using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>Three namespaces with 5, 10 and 100 listeners, of which one cannot be read for a while: no sum is short.</summary>
[Collection(MetersCollection.Name)]
public sealed class UnknownPartTests : IDisposable
{
    private const string Convention = "system.network.connection.count";
    private const int Listen = 0x0A;

    private readonly PodNode _node = new();
    private readonly FiringTime _time = new();

    public UnknownPartTests() => _node
        .Write(1, "tcp", ProcRows.Rows(5, Listen))
        .Start(11).Write(11, "tcp", ProcRows.Rows(10, Listen))
        .Start(12).Write(12, "tcp", ProcRows.Rows(100, Listen));

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Collect_ATableIsUnreadableForAWhile_TheSumIsAbsentAndTheNamespaceHasFailed()
    {
        using MeterHarness meter = Start(maxNamespaces: 10);
        Collect(meter)[Convention].Sum.ShouldBe(115);

        _node.Write(12, "tcp", "").Break(12, "tcp6");
        Dictionary<string, ExportedMetric> broken = Collect(meter);
        broken.ShouldNotContainKey(Convention);
        Statuses(broken).ShouldBe((2, 0, 1));
        broken["tcp.agent.snapshot.age"].Doubles[""].ShouldBe(10, "since it was last read whole");

        _node.Write(12, "tcp", ProcRows.Rows(100, Listen)).Repair(12, "tcp6");
        Dictionary<string, ExportedMetric> whole = Collect(meter);
        whole[Convention].Sum.ShouldBe(115);
        Statuses(whole).ShouldBe((3, 0, 0));
    }

    [Fact]
    public void Collect_BeyondTheLimit_ItKeepsItsLastReading()
    {
        _node.Write(12, "tcp6", ProcRows.Rows(1, Listen, ProcRows.Any6));
        using MeterHarness meter = Start(maxNamespaces: 1);
        Others(Collect(meter)).ShouldBe(101);

        _node.Write(12, "tcp", ProcRows.Rows(90, Listen)).Break(12, "tcp6");
        Others(Collect(meter)).ShouldBe(91, "the family that could be read is current");
    }

    private MeterHarness Start(int maxNamespaces) => Of(
        new TcpInstrumentationOptions
        {
            ProcRoot = _node.Root,
            PodLogs = "",
            Namespaces = NamespaceScope.All,
            Source = TcpSource.Procfs,
            CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
            MaxNamespaces = maxNamespaces,
            SemanticConventions = true,
        },
        _time,
        out _);

    private Dictionary<string, ExportedMetric> Collect(MeterHarness meter)
    {
        Dictionary<string, ExportedMetric> metrics = meter.Collect();
        _time.Advance(TimeSpan.FromSeconds(10));
        return metrics;
    }

    private static (long Read, long Deferred, long Failed) Statuses(Dictionary<string, ExportedMetric> metrics)
    {
        Dictionary<string, long> points = metrics["tcp.agent.namespaces"].Points;
        const string Status = "tcp.agent.namespace.status=";
        return (points[Status + "read"], points[Status + "deferred"], points[Status + "failed"]);
    }

    private static long Others(Dictionary<string, ExportedMetric> metrics) => metrics[Connections].Points
        .Where(point => point.Key.Contains("linux.netns.inode=other", StringComparison.Ordinal))
        .Sum(point => point.Value);
}
