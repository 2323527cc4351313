using Agent.Tcp.Snapshots;
using Agent.Tcp.Tests.Namespaces.Discovery;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Snapshots;

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
        snapshot.Namespaces[1].Namespace!.Process.ShouldBe("11");
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
    public void Read_AnotherComesMeanwhile_IsReportedOnceItHasBeenRead()
    {
        _time.BeforeReadings(() => _node.End(20).Start(30).WriteEstablished(30, 30));

        TcpSnapshot snapshot = _reader.Read();

        snapshot.Errors.ShouldBeEmpty();
        Totals(snapshot).ShouldBe([1, 5, 0]);
        (snapshot.Namespaces[2].Status, snapshot.Namespaces[2].HasReading).ShouldBe((NamespaceStatus.Deferred, false));
        Totals(_reader.Read()).ShouldBe([1, 5, 30]);
    }

    private static long[] Totals(TcpSnapshot snapshot) => [.. snapshot.Namespaces.Select(one => one.Counts.Total)];

    /// <summary>
    /// Reading a table asks the time, finding the namespaces does not: the first question after the snapshot has begun
    /// is when the host's table, the first, is read.
    /// </summary>
    private sealed class HookedTime : TimeProvider
    {
        private const int BeginningOfASnapshot = 2;

        private Action? _hook;
        private int _questions;

        public bool IsOver => _hook is null;

        public void BeforeReadings(Action hook) => (_hook, _questions) = (hook, 0);

        public override long GetTimestamp()
        {
            if (_hook is not null && ++_questions > BeginningOfASnapshot)
            {
                Action hook = _hook;
                _hook = null;
                hook();
            }

            return base.GetTimestamp();
        }
    }
}
