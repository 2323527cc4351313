using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

/// <summary>Whose counters are read, and when: a reading is one more connection opened.</summary>
public sealed class CounterReadingsTests : IDisposable
{
    private readonly ProcFixture _proc = new();
    private readonly FiringTime _time = new();
    private readonly List<ReadError> _errors = [];
    private long _opens;

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void ReadOthers_WhileThereIsBudget_ReadsEachAndGoesOnWhereItStopped()
    {
        NamespaceSnapshot[] pods = [Pod("11"), Pod("12"), Pod("13")];
        CounterReadings readings = Readings(out CpuBudget budget);

        // Any reading costs more than this.
        budget.Spend(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        readings.ReadOthers(pods, _errors);
        pods.Select(pod => pod.Counters!.ReadAt is not null).ShouldBe([true, false, false], "one pays more than there is");

        _time.Advance(TimeSpan.FromDays(100));
        budget.Fill();
        readings.ReadOthers(pods, _errors);
        pods.ShouldAllBe(pod => pod.Counters!.ReadAt != null);
        _errors.ShouldBeEmpty();
    }

    [Fact]
    public void ReadOthers_ANamespaceWithoutSockets_IsReadLessOften()
    {
        NamespaceSnapshot[] pods = [Pod("11"), Pod("12")];
        pods[0].History.Move(new SocketTotals(0, 0, 0), _time);
        pods[1].History.Move(new SocketTotals(1, 0, 0), _time);
        CounterReadings readings = Readings(out _);
        Opens(readings, pods).ShouldBe([1, 1]);

        _time.Advance(TimeSpan.FromSeconds(10));
        Opens(readings, pods).ShouldBe([1, 2]);

        _time.Advance(CounterReadings.Idle);
        Opens(readings, pods).ShouldBe([3, 3]);
    }

    [Fact]
    public void ReadOthers_TheHosts_IsLeftToTheCallerThatAlwaysReadsIt()
    {
        NamespaceSnapshot host = Create("1", NamespaceKind.Host);
        CounterReadings readings = Readings(out _);

        Opens(readings, [host, Pod("11")]).ShouldBe([0, 1]);
        readings.Read(host, _errors);
        host.Counters![TcpCounter.ActiveOpens].ShouldBe(1);
    }

    /// <summary>Nothing came or went, so <c>netstat</c> is not read; what it counted is still reported.</summary>
    [Fact]
    public void Read_NoSegmentCameOrWent_LeavesNetstatUntilOneDoesOrItIsOld()
    {
        NamespaceSnapshot pod = Pod("11");
        CounterReadings readings = Readings(out _);
        Timeouts(segments: 1, timeouts: 1).ShouldBe(1);
        Timeouts(segments: 1, timeouts: 2).ShouldBe(1);
        Timeouts(segments: 2, timeouts: 3).ShouldBe(3);
        Timeouts(segments: 2, timeouts: 4).ShouldBe(3);

        _time.Advance(CounterReadings.Idle);
        Timeouts(segments: 2, timeouts: 4).ShouldBe(4);
        File.Delete(_proc.Table("11", "snmp"));
        Timeouts(segments: null, timeouts: 5).ShouldBe(5, "whether any came or went is not known");

        long Timeouts(int? segments, int timeouts)
        {
            if (segments is { } count)
            {
                _proc.Write("11", "snmp", NetFiles.Snmp(count));
            }

            _proc.Write("11", "netstat", $"TcpExt: TCPTimeouts\nTcpExt: {timeouts}\n");
            readings.Read(pod, _errors);
            pod.Counters!.IsKnown(TcpCounter.Timeouts).ShouldBeTrue();
            return pod.Counters[TcpCounter.Timeouts];
        }
    }

    private CounterReadings Readings(out CpuBudget budget)
    {
        budget = new CpuBudget(0.5, _time);
        var costs = new ReadingCosts(budget, new TcpInstrumentationOptions());
        costs.Begin();
        return new CounterReadings(costs, new ReadLimit(_time, TimeSpan.FromMinutes(1)), _time);
    }

    private List<long> Opens(CounterReadings readings, NamespaceSnapshot[] namespaces)
    {
        _opens++;
        foreach (NamespaceSnapshot one in namespaces)
        {
            _proc.Write(one.Namespace.Process, "snmp", $"Tcp: ActiveOpens\nTcp: {_opens}\n");
        }

        readings.ReadOthers(namespaces, _errors);
        return [.. namespaces.Select(one => one.Counters![TcpCounter.ActiveOpens])];
    }

    private NamespaceSnapshot Pod(string process) => Create(process, NamespaceKind.Pod);

    private NamespaceSnapshot Create(string process, NamespaceKind kind)
    {
        _proc.Write(process, "snmp", NetFiles.Snmp());
        return new NamespaceSnapshot(new TcpNamespace(_proc.Root, process, kind, 1), counters: new NamespaceCounters());
    }
}
