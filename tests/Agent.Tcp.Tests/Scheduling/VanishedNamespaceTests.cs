using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Namespaces.Discovery;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

/// <summary>The process that stands for a namespace ends after it was found and before it is read.</summary>
public sealed class VanishedNamespaceTests : IDisposable
{
    private readonly PodNode _node = new();
    private readonly HookedTime _time = new();
    private readonly SnapshotReader _reader;

    public VanishedNamespaceTests()
    {
        _node.WriteEstablished(1, 1);
        _node.Start(10, "pod", Cgroups.Pod(1)).Start(11, "pod", Cgroups.Pod(1, container: 2)).WriteEstablished(10, 5);
        _node.Start(20).WriteEstablished(20, 20);
        _reader = new SnapshotReader(
            new TcpInstrumentationOptions
            {
                ProcRoot = _node.Root,
                PodLogs = "",
                ContainerLogs = "",
                Namespaces = NamespaceScope.All,
                Source = TcpSource.Procfs,
                CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
            },
            _time);
        _reader.Read();
    }

    public void Dispose()
    {
        _reader.Dispose();
        _node.Dispose();
    }

    [Fact]
    public void Read_AnotherProcessStandsForIt_IsReadThroughThatInTheSameSnapshot()
    {
        _time.BeforeReadings(() => _node.End(10));

        TcpSnapshot snapshot = _reader.Read();

        _time.IsOver.ShouldBeTrue();
        snapshot.Errors.ShouldBeEmpty();
        Totals(snapshot).ShouldBe([1, 5, 20]);
        snapshot.Namespaces[1].Namespace.Process.ShouldBe("11");
        snapshot.Count(NamespaceStatus.Read).ShouldBe(3);
    }

    [Fact]
    public void Read_TheNamespaceHasGoneWithIt_IsNoErrorAndNotReported()
    {
        _time.BeforeReadings(() => _node.End(20));

        TcpSnapshot snapshot = _reader.Read();

        _time.IsOver.ShouldBeTrue();
        snapshot.Errors.ShouldBeEmpty();
        Totals(snapshot).ShouldBe([1, 5]);
        snapshot.Count(NamespaceStatus.Failed).ShouldBe(0);
    }

    [Fact]
    public void Read_AllGoAtOnce_AreGoneWithoutAnError()
    {
        _time.BeforeReadings(() => _node.End(10).End(11).End(20));

        TcpSnapshot snapshot = _reader.Read();

        snapshot.Errors.ShouldBeEmpty();
        Totals(snapshot).ShouldBe([1]);
    }

    [Fact]
    public void Read_AnotherComesMeanwhile_IsOfTheNextSnapshot()
    {
        _time.BeforeReadings(() => _node.End(20).Start(30).WriteEstablished(30, 30));

        TcpSnapshot snapshot = _reader.Read();

        snapshot.Errors.ShouldBeEmpty();
        Totals(snapshot).ShouldBe([1, 5]);
        snapshot.Count(NamespaceStatus.Deferred).ShouldBe(0, "nothing was left out for want of time");
        snapshot.Unread(new TcpInstrumentationOptions()).ShouldBeNull();
        Totals(_reader.Read()).ShouldBe([1, 5, 30]);
    }

    /// <summary>Between its two tables, too: half a reading is none.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_EndsAtAnyMoment_IsWholeOrGoneWithoutAnError(bool isReplaced)
    {
        int moment = 0;
        do
        {
            int pid = 100 + (2 * moment);
            StartBoth(pid, pid);
            if (isReplaced)
            {
                StartBoth(pid + 1, pid);
            }

            _reader.Read();
            _time.BeforeReadings(() => _node.End(pid), after: moment++);

            TcpSnapshot snapshot = _reader.Read();

            snapshot.Errors.ShouldBeEmpty($"at moment {moment}");
            string[] found = [.. snapshot.Namespaces
                .Where(one => string.Equals(one.Namespace.Identity.PodUid, Cgroups.Uid(pid), StringComparison.Ordinal))
                .Select(one => one.Reading.Counts.Describe())];
            found.ShouldAllBe(counts => counts == "Ipv4Inet/Established=7 Ipv6Inet6/Established=2");
            found.Length.ShouldBeInRange(isReplaced ? 1 : 0, 1);
            if (isReplaced)
            {
                _node.End(pid + 1);
            }
        }
        while (_time.IsOver);

        moment.ShouldBeGreaterThan(2, "each table of each namespace is a moment");
    }

    private void StartBoth(int pid, int pod) => _node
        .Start(pid, $"pod{pod}", Cgroups.Pod(pod))
        .WriteEstablished(pid, 7)
        .Write(pid, "tcp6", ProcRows.Rows(2, 0x01, ProcRows.Any6));

    private static long[] Totals(TcpSnapshot snapshot) => [.. snapshot.Namespaces.Select(one => one.Reading.Counts.Total)];

    /// <summary>
    /// Reading a table asks the time, finding the namespaces does not: the first question after the snapshot has begun
    /// is when the host's table, the first, is read.
    /// </summary>
    private sealed class HookedTime : TimeProvider
    {
        private const int BeginningOfASnapshot = 2;

        private Action? _hook;
        private int _questions;
        private int _least;

        public bool IsOver => _hook is null;

        public void BeforeReadings(Action hook, int after = 0) =>
            (_hook, _questions, _least) = (hook, 0, BeginningOfASnapshot + after);

        public override long GetTimestamp()
        {
            if (_hook is not null && ++_questions > _least)
            {
                Action hook = _hook;
                _hook = null;
                hook();
            }

            return base.GetTimestamp();
        }
    }
}
