using Agent.Tcp.Interop;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Tests.Support;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

[Collection(MetersCollection.Name)]
public sealed class TcpMetricsTests : IDisposable
{
    private static readonly string[] ElevenStates =
    [
        "established", "syn_sent", "syn_received", "fin_wait_1", "fin_wait_2", "time_wait",
        "closed", "close_wait", "last_ack", "listen", "closing",
    ];

    private static readonly (string Type, string Family)[] Kinds = [("ipv4", "inet"), ("ipv4", "inet6"), ("ipv6", "inet6")];

    private readonly ProcFixture _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Instruments_AreTheContracts()
    {
        _proc.Write("1", "tcp", "torn\n" + SignalRows.OfEverySignal)
            .Write("1", "snmp", NetFiles.Snmp())
            .Write("1", "netstat", NetFiles.Netstat())
            .Write("1", "sockstat", NetFiles.Sockstat(orphans: 3, pages: 5));
        using MeterHarness meter = Public(options =>
        {
            options.ProcRoot = _proc.Root;
            options.Namespaces = NamespaceScope.Host;
            options.SemanticConventions = true;
            options.Metrics.Services = true;
            options.Metrics.RoundTrips = true;
        });

        Dictionary<string, ExportedMetric> metrics = meter.Collect();

        // Some are told by sock_diag only; and the files are of no namespace whose settings could be read.
        TcpMetricDefinition[] untold =
        [
            TcpMetricDefinitions.BacklogLimit,
            TcpMetricDefinitions.RoundTripTime,
            TcpMetricDefinitions.RetransmissionRatio,
            TcpMetricDefinitions.ClientPortsLimit,
        ];
        foreach (TcpMetricDefinition definition in TcpMetricDefinitions.All)
        {
            bool isTold = Array.IndexOf(untold, definition) < 0;
            metrics.ContainsKey(definition.Name).ShouldBe(isTold, definition.Name);
            if (metrics.TryGetValue(definition.Name, out ExportedMetric? metric))
            {
                metric.Type.ShouldBe(Type(definition), definition.Name);
                metric.Unit.ShouldBe(definition.Unit);
                metric.Description.ShouldBe(definition.Description);
            }
        }

        metrics.Count.ShouldBe(TcpMetricDefinitions.All.Length - untold.Length);
        foreach (ExportedMetric metric in metrics.Values)
        {
            metric.Description.ShouldNotBeNullOrWhiteSpace();
            metric.Meter.ShouldBe("Agent.Tcp");
            metric.MeterVersion.ShouldBe(typeof(TcpMetrics).Assembly.GetName().Version!.ToString(3));
        }
    }

    [Fact]
    public void Connections_OfTheHost_HaveAllElevenStatesOfEachKindAlsoWhen0()
    {
        _proc.WriteHost(inet: 0, inet6: 0).LinkSelfToHost();
        foreach (NamespaceScope scope in Enum.GetValues<NamespaceScope>())
        {
            using MeterHarness meter = Public(_proc, scope);

            Dictionary<string, long> points = meter.Collect()[Connections].Points;

            points.Keys.ShouldBe(
                from kind in Kinds
                from state in ElevenStates
                select Tags(state, kind.Type, kind.Family),
                ignoreOrder: true);
            points.Values.ShouldAllBe(value => value == 0);
        }
    }

    [Fact]
    public void Connections_OfTheRecordedTables_AreCountedByAllThreeAttributes()
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The tables are a little-endian kernel's.");
        _proc.Write("1", "tcp", Fixtures.Bytes("linux-6.18/tcp")).Write("1", "tcp6", Fixtures.Bytes("linux-6.18/tcp6"));
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);

        ExportedMetric connections = meter.Collect()[Connections];

        connections.Points.Where(point => point.Value > 0).ToDictionary().ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                [Tags("established", "ipv4", "inet")] = 10,
                [Tags("syn_sent", "ipv4", "inet")] = 2,
                [Tags("fin_wait_2", "ipv4", "inet")] = 2,
                [Tags("time_wait", "ipv4", "inet")] = 2,
                [Tags("close_wait", "ipv4", "inet")] = 1,
                [Tags("listen", "ipv4", "inet")] = 3,
                [Tags("established", "ipv4", "inet6")] = 6,
                [Tags("fin_wait_2", "ipv4", "inet6")] = 1,
                [Tags("time_wait", "ipv4", "inet6")] = 1,
                [Tags("close_wait", "ipv4", "inet6")] = 2,
                [Tags("listen", "ipv4", "inet6")] = 1,
                [Tags("established", "ipv6", "inet6")] = 4,
                [Tags("fin_wait_2", "ipv6", "inet6")] = 1,
                [Tags("time_wait", "ipv6", "inet6")] = 1,
                [Tags("close_wait", "ipv6", "inet6")] = 1,
                [Tags("listen", "ipv6", "inet6")] = 2,
            },
            ignoreOrder: true);
        connections.Sum.ShouldBe(40);
    }

    [Fact]
    public void Connections_OfAKernelWithoutIpv6_HaveNoInet6PointsAndNoError()
    {
        _proc.Write("1", "tcp", ProcRows.Rows(2, 0x01));
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);

        Dictionary<string, ExportedMetric> metrics = meter.Collect();

        metrics[Connections].Points.Count.ShouldBe(11);
        metrics[Connections].Points.Keys.ShouldAllBe(tags => tags.EndsWith("tcp.socket.family=inet", StringComparison.Ordinal));
        ErrorsOf(metrics).ShouldBeEmpty();
        meter.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Connections_OfAnotherNamespace_HaveASeriesFromWhenItIsSeenAndTheId()
    {
        _proc.WriteHost(1, 1).Write("self", "tcp", ProcRows.Rows(3, 0x01)).Write("self", "tcp6", ProcRows.Header6 + "\n");
        string id = $"{Libc.Inode(new ProcPath(_proc.Table("self", "tcp")).Bytes)}";
        using MeterHarness meter = Public(_proc, NamespaceScope.Own);
        meter.Collect()[Connections].Points.ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal) { [Tags("established", "ipv4", "inet", id)] = 3 });

        _proc.Write("self", "tcp", ProcRows.Rows(2, 0x06));

        meter.Collect()[Connections].Points.ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                [Tags("established", "ipv4", "inet", id)] = 0,
                [Tags("time_wait", "ipv4", "inet", id)] = 2,
            },
            ignoreOrder: true);
    }

    [Fact]
    public void Connections_InAnUnknownState_AreReportedOnceSeenAndThenAs0()
    {
        string series = Tags("unknown", "ipv6", "inet6");
        _proc.WriteHost(0, 0);
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);
        meter.Collect()[Connections].Points.ShouldNotContainKey(series);

        _proc.Write("1", "tcp6", ProcRows.Rows(2, 0x0E, ProcRows.Any6));
        meter.Collect()[Connections].Points[series].ShouldBe(2);

        _proc.WriteHost(0, 0);
        Dictionary<string, long> points = meter.Collect()[Connections].Points;
        points[series].ShouldBe(0);
        points.Count.ShouldBe(34);
    }

    [Fact]
    public void Connections_OfAFamilyThatFails_AreAbsentUntilItIsReadAgain()
    {
        string unknown = Tags("unknown", "ipv6", "inet6");
        _proc.WriteHost(inet: 1, inet6: 2).Write("1", "tcp6", ProcRows.Rows(1, 0x0E, ProcRows.Any6));
        using MeterHarness meter = Public(_proc, NamespaceScope.Host);
        meter.Collect()[Connections].Points[unknown].ShouldBe(1);

        File.Delete(_proc.Tcp6);
        Directory.CreateDirectory(_proc.Tcp6);
        Dictionary<string, long> failed = meter.Collect()[Connections].Points;
        failed.Count.ShouldBe(11);
        failed[Tags("established", "ipv4", "inet")].ShouldBe(1);

        Directory.Delete(_proc.Tcp6);
        _proc.WriteHost(inet: 1, inet6: 5);
        Dictionary<string, long> back = meter.Collect()[Connections].Points;
        back[Tags("established", "ipv6", "inet6")].ShouldBe(5);
        back[unknown].ShouldBe(0);
        back.Count.ShouldBe(34);
    }

    [Fact]
    public void Connections_WhenTheInetTableIsMissingForAWhile_KeepTheOtherFamilysSeries()
    {
        _proc.WriteHost(inet: 1, inet6: 0).Write("1", "tcp6", ProcRows.Rows(1, 0x0E, ProcRows.Any6)).LinkSelfToHost();
        using MeterHarness meter = Public(_proc, NamespaceScope.Own);
        meter.Collect()[Connections].Points.Count.ShouldBe(34);

        File.Delete(_proc.Tcp);
        _proc.Write("1", "tcp6", ProcRows.Header6 + "\n");
        Dictionary<string, long> points = meter.Collect()[Connections].Points;

        points.Count.ShouldBe(23, "ipv4/inet6, ipv6/inet6, and unknown as 0");
        points[Tags("unknown", "ipv6", "inet6")].ShouldBe(0);
    }

    [Fact]
    public void AddTcpInstrumentation_Twice_DoesNotDouble()
    {
        _proc.WriteHost(inet: 3, inet6: 4);
        using MeterHarness meter = Public(_proc, NamespaceScope.Host, builder => builder.AddTcpInstrumentation(options =>
        {
            options.ProcRoot = _proc.Root;
            options.Namespaces = NamespaceScope.Host;
        }));

        meter.Collect()[Connections].Sum.ShouldBe(7);
    }

    private static MetricType Type(TcpMetricDefinition definition) => definition.Kind switch
    {
        InstrumentKind.Histogram => MetricType.Histogram,
        InstrumentKind.Gauge => string.Equals(definition.Unit, "s", StringComparison.Ordinal) ? MetricType.DoubleGauge : MetricType.LongGauge,
        InstrumentKind.UpDownCounter => MetricType.LongSumNonMonotonic,
        _ => string.Equals(definition.Unit, "s", StringComparison.Ordinal) ? MetricType.DoubleSum : MetricType.LongSum,
    };
}
