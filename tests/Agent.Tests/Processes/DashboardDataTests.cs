using System.Globalization;
using Agent.Tests.Config;
using Agent.Tests.Support;
using Agent.Tests.Support.Backends;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Processes;

/// <summary>
/// The whole way: real sockets, the agent, OTLP, a real Prometheus with the repository's rules. Every panel's query then has
/// data, by the window that Grafana would use, over points as far apart as the agent's are by default; and every rule is
/// evaluated: delivery has failed and been refused before, so that there is something to tell of that, too. The
/// table of docs/metrics.md says which metrics this build reports.
/// </summary>
public sealed class DashboardDataTests
{
    /// <summary>How many exports in a row must have everything: more minutes than any panel's window has.</summary>
    private const int CompleteExports = 5;

    [Fact]
    public async Task Queries_FedByTheAgent_HaveData()
    {
        await using PodNode node = await PodNode.StartOrSkipAsync();
        node.AddTornTable();
        await using Prometheus prometheus = await Prometheus.StartAsync(OperatorFiles.Rules, OperatorFiles.OptionalRules);
        await using VmAgent collector = await VmAgent.StartAsync(prometheus.RemoteWriteUrl);
        IReadOnlySet<string> promised = Contract.Promised();
        var exports = new StretchedExports(await ExportsAsync(node, promised), DateTimeOffset.UtcNow);
        foreach (ExportMetricsServiceRequest export in exports.Messages)
        {
            await collector.SendAsync(export);
        }

        // Nobody chooses when a dashboard asks: here between two points, half a minute after the last.
        DateTimeOffset asked = exports.End + TimeSpan.FromSeconds(30);
        foreach (Query query in OperatorQueries.All())
        {
            query.Metrics.Except(promised, StringComparer.Ordinal).ShouldBeEmpty(query.ToString());
            await HasDataAsync(prometheus, query, asked);
        }

        await RulesAreEvaluatedAsync(prometheus);
    }

    /// <summary>
    /// An outage first: the agent tries again, and keeps what it could not deliver. Then a collector that wants none of it.
    /// Then exports that hold all metrics.
    /// </summary>
    private static async Task<IReadOnlyList<ReceivedExport>> ExportsAsync(PodNode node, IReadOnlySet<string> promised)
    {
        using var spool = new TemporaryFolder();
        int port = FreePort.Next();
        await using TestProcess agent = Start(node, spool, port);
        await agent.Error.WaitForAsync("fails:");
        await RefuseAsync(port);
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync(new OtlpReceiverOptions { HttpPort = port });
        string[] names = [.. promised.Select(name => Contract.Names[name])];
        string[] missing = [];
        return await Deadline.UntilAsync(
            () =>
            {
                ReceivedExport[] latest =
                    [.. receiver.FilledExports.OrderByDescending(export => export.CollectedAt).Take(CompleteExports)];
                missing =
                [
                    .. names.Where(name => latest.Any(export =>
                        export.Metrics.All(metric => !string.Equals(metric.Name, name, StringComparison.Ordinal)))),
                ];
                return latest.Length == CompleteExports && missing.Length == 0 ? latest : null;
            },
            () => $"Promised by docs/metrics.md, and not exported: {string.Join(' ', missing)}\n{agent.Error.Text}");
    }

    private static TestProcess Start(PodNode node, TemporaryFolder spool, int port) => AgentProgram.Start(
        [],
        [
            new("Tcp__ProcRoot", node.ProcRoot),
            new("Tcp__PodLogs", node.PodLogs),
            new("Tcp__ContainerLogs", ""),
            new("Tcp__CpuBudget", "1"),
            new("Tcp__Metrics__Services", "true"),
            new("Tcp__Metrics__RoundTrips", "true"),
            new("Export__Spool__Path", spool.Path),
            new("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            new("OTEL_RESOURCE_ATTRIBUTES", "k8s.cluster.name=test"),
            .. AgentRun.Endpoint(new Uri($"http://127.0.0.1:{port}"), "http/protobuf"),
        ]);

    private static async Task RefuseAsync(int port)
    {
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync(new OtlpReceiverOptions { HttpPort = port });
        collector.Answer = static (_, _) => Task.FromResult(new OtlpAnswer { HttpStatus = 400, Message = "no metrics here" });
        await collector.WaitForExportAsync();
    }

    /// <summary>A panel's query returns series. An alert's does only when there is trouble; what it looks at is there.</summary>
    private static async Task HasDataAsync(Prometheus prometheus, Query query, DateTimeOffset at)
    {
        bool isAlert = query.Where.StartsWith("rule ", StringComparison.Ordinal);
        await prometheus.QueryAsync(query.Filled, at);
        foreach (string expression in isAlert ? query.Series : [query.Filled])
        {
            var series = await Deadline.UntilAsync(
                async () => await prometheus.QueryAsync(expression, at) is { Count: > 0 } found ? found : null,
                () => $"No data: {query}\nasked as {expression}");
            series.ShouldAllBe(one => !double.IsNaN(double.Parse(one.Value, CultureInfo.InvariantCulture)));
        }
    }

    private static async Task RulesAreEvaluatedAsync(Prometheus prometheus)
    {
        var rules = await Deadline.UntilAsync(
            async () => await prometheus.RulesAsync() is { Count: > 0 } all && all.All(rule => rule.Health != "unknown") ? all : null,
            () => "Prometheus has not evaluated its rules.");
        rules.ShouldAllBe(rule => rule.Health == "ok");
    }
}
