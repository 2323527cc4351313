using Agent.Tcp.Tests.Support;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>What is off is neither read nor reported. A directory in a file's place cannot be read: to read it is an error.</summary>
[Collection(MetersCollection.Name)]
public sealed class MetricGroupsTests : IDisposable
{
    private readonly ProcFixture _proc = new();

    public MetricGroupsTests() => _proc.Write("1", "tcp", SignalRows.OfEverySignal);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Collect_TheRecordedFiles_TellsEveryGroup()
    {
        WriteFiles();
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);
        meter.Collect()["tcp.segments"].Sum.ShouldBe(0, "what was counted before is the baseline");
        _proc.Write("1", "snmp", NetFiles.Snmp(times: 2)).Write("1", "netstat", NetFiles.Netstat(times: 2));
        Dictionary<string, ExportedMetric> metrics = meter.Collect();

        metrics["tcp.connections.stalled"].Points.ShouldBe(Points(("tcp.stall.reason=retransmission", 2), ("tcp.stall.reason=zero_window", 1)));
        metrics["tcp.socket.queue.size"].Points.ShouldBe(Points(("network.io.direction=transmit", 300), ("network.io.direction=receive", 5)), ignoreOrder: true);
        metrics["tcp.listener.backlog"].Points.ShouldBe(
            Points(("server.port=80 tcp.socket.family=inet", 7), ("server.port=8080 tcp.socket.family=inet", 1)), ignoreOrder: true);
        metrics["tcp.client.ports.used"].Points.ShouldBe(Points(("", 1)));
        metrics.ShouldNotContainKey("tcp.service.connections", "off by default");
        metrics["tcp.connection.opens"].Points.ShouldBe(Points(("tcp.open.kind=active", 5), ("tcp.open.kind=passive", 6)), ignoreOrder: true);
        metrics["tcp.connection.failures"].Sum.ShouldBe(7);
        metrics["tcp.connection.resets"].Sum.ShouldBe(8);
        metrics["tcp.segments"].Points.ShouldBe(Points(("network.io.direction=receive", 10), ("network.io.direction=transmit", 11)), ignoreOrder: true);
        metrics["tcp.segments.retransmitted"].Sum.ShouldBe(12);
        metrics["tcp.segments.errors"].Sum.ShouldBe(13);
        metrics["tcp.resets.sent"].Sum.ShouldBe(14);
        metrics["tcp.listener.overflows"].Sum.ShouldBe(21);
        metrics["tcp.listener.drops"].Sum.ShouldBe(22);
        metrics["tcp.timeouts"].Sum.ShouldBe(23);
        metrics["tcp.orphans"].Sum.ShouldBe(3);
        metrics["tcp.memory.usage"].Sum.ShouldBe(5 * Environment.SystemPageSize);
        metrics["tcp.agent.collection.duration"].Sum.ShouldBe(2, "each snapshot was timed");
        ErrorsOf(metrics).ShouldBeEmpty();
    }

    [Fact]
    public void Collect_AllOff_ReportsTheConnectionsAndReadsNoFurtherFile()
    {
        MakeUnreadable("snmp", "netstat", "sockstat");
        Dictionary<string, ExportedMetric> metrics = Collect(groups => groups.TurnOff());

        metrics.Keys.ShouldBe(
            [Connections, "tcp.agent.namespaces", "tcp.agent.snapshot.age", "tcp.agent.collection.cpu", Errors, "tcp.agent.collection.duration"],
            ignoreOrder: true);
        ErrorsOf(metrics).ShouldBeEmpty();
    }

    [Fact]
    public void Collect_OneOff_LeavesTheOthers()
    {
        WriteFiles();
        Off(groups => groups.Stalled = false, "tcp.connections.stalled");
        Off(groups => groups.Queues = false, "tcp.socket.queue.size");
        Off(groups => groups.Listeners = false, "tcp.listener.backlog");
        Off(groups => groups.ClientPorts = false, "tcp.client.ports.used");
        Off(groups => groups.Memory = false, "tcp.orphans", "tcp.memory.usage");
        Off(
            groups => groups.Counters = false,
            "tcp.connection.opens", "tcp.connection.failures", "tcp.connection.resets", "tcp.segments", "tcp.segments.retransmitted",
            "tcp.segments.errors", "tcp.resets.sent", "tcp.listener.overflows", "tcp.listener.drops", "tcp.timeouts");
    }

    [Fact]
    public void Collect_FilesThatCannotBeRead_AreErrorsAndTheirPointsAbsent()
    {
        MakeUnreadable("snmp", "netstat");
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);
        meter.Collect();
        Dictionary<string, ExportedMetric> metrics = meter.Collect();

        metrics[Errors].Points["error.type=io"].ShouldBe(4);
        metrics.ShouldNotContainKey("tcp.segments");
        metrics.ShouldNotContainKey("tcp.timeouts");
        meter.Log.Lines.Count.ShouldBe(2, "each once");
        meter.Log.Lines.ShouldAllBe(line => line.Message.Contains("/net/", StringComparison.Ordinal));
    }

    [Fact]
    public void Collect_AKernelWithoutTheFiles_HasNoPointsAndNoError()
    {
        Dictionary<string, ExportedMetric> metrics = Collect(_ => { });

        ErrorsOf(metrics).ShouldBeEmpty();
        metrics.ShouldNotContainKey("tcp.segments");
        metrics.ShouldNotContainKey("tcp.memory.usage");
    }

    private void WriteFiles() => _proc
        .Write("1", "snmp", NetFiles.Snmp())
        .Write("1", "netstat", NetFiles.Netstat())
        .Write("1", "sockstat", NetFiles.Sockstat(orphans: 3, pages: 5));

    private void Off(Action<TcpMetricGroups> turnOff, params string[] gone)
    {
        Dictionary<string, ExportedMetric> all = Collect(_ => { });
        all.Keys.Except(Collect(turnOff).Keys, StringComparer.Ordinal).ShouldBe(gone, ignoreOrder: true);
    }

    private void MakeUnreadable(params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(_proc.Table("1", file));
        }
    }

    private Dictionary<string, ExportedMetric> Collect(Action<TcpMetricGroups> configure)
    {
        using MeterHarness meter = Public(options =>
        {
            options.ProcRoot = _proc.Root;
            options.Namespaces = NamespaceScope.Host;
            configure(options.Metrics);
        });
        return meter.Collect();
    }

    private static Dictionary<string, long> Points(params (string Tags, long Value)[] points) =>
        points.ToDictionary(point => point.Tags, point => point.Value, StringComparer.Ordinal);
}
