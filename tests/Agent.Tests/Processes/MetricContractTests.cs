using Agent.Export;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tests.Documentation;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Processes;

/// <summary>The whole export of a running agent against the contract: names, kinds, units, attributes, no surprises.</summary>
public sealed class MetricContractTests
{
    private static readonly KeyValuePair<string, string> WithConventions = new("Tcp__SemanticConventions", "true");

    private static readonly KeyValuePair<string, string> WithServices = new("Tcp__Metrics__Services", "true");

    private static readonly KeyValuePair<string, string> WithRoundTrips = new("Tcp__Metrics__RoundTrips", "true");

    [Theory]
    [InlineData("All")]
    [InlineData("Own")]
    public async Task Export_OfThisMachine_KeepsTheContract(string namespaces)
    {
        List<Metric> metrics = await ExportAsync([new("Tcp__Namespaces", namespaces)]);

        MetricLinter.Faults(metrics).ShouldBeEmpty();
    }

    [Fact]
    public async Task Export_OverTheFixture_HasEveryMetricThatProcfsTells()
    {
        List<Metric> metrics = await ExportAsync([AgentRun.OverFixture]);

        MetricLinter.Faults(metrics).ShouldBeEmpty();
        string[] wanted = [.. TcpMetricDefinitions.All.Concat(DeliveryMetricDefinitions.All).Select(one => one.Name)];
        wanted.Except(metrics.Select(metric => metric.Name), StringComparer.Ordinal)
            .ShouldBe(
                ["tcp.listener.backlog.limit", "tcp.client.ports.limit", "tcp.connection.rtt", "tcp.connection.retransmission.ratio"],
                "a namespace's settings tell tcp.client.ports.limit, sock_diag the others; what counts failures is there as 0");
    }

    [Fact]
    public void Definitions_AreTheContracts() => TcpMetricDefinitions.All.Concat(DeliveryMetricDefinitions.All)
        .Select(one => one.Name).ShouldBe(MetricContract.All.Select(one => one.Name), ignoreOrder: true);

    [Fact]
    public void Linter_OfWhatIsWrong_SaysSo()
    {
        var metric = new Metric { Name = "tcp.timeouts", Unit = "s", Gauge = new Gauge() };

        MetricLinter.Faults([metric, metric, new Metric { Name = "tcp.surprise" }]).Contains("tcp.surprise: is not in the contract", StringComparer.Ordinal).ShouldBeTrue();
        MetricLinter.Faults([metric]).Count().ShouldBe(4, "unit, kind, description, no point");
        MetricLinter.Faults([metric, metric]).Contains("tcp.timeouts: twice in one export", StringComparer.Ordinal).ShouldBeTrue();
    }

    private static async Task<List<Metric>> ExportAsync(KeyValuePair<string, string>[] environment)
    {
        using var spool = new TemporaryFolder();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentProgram.Start(
            [], [.. environment, WithConventions, WithServices, WithRoundTrips, new("Export__Spool__Path", spool.Path), AgentRun.OftenExporting, .. AgentRun.OverHttp(receiver)]);
        ReceivedExport export = await receiver.WaitForExportAsync();
        return [.. export.Message.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics)];
    }
}
