using System.Globalization;
using Agent.Tests.Config;
using Agent.Tests.Support;
using Agent.Tests.Support.Backends;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

/// <summary>
/// The whole way: real sockets, the agent, OTLP, a real Prometheus with the repository's rules. Every panel's query then has
/// data, and every rule is evaluated: delivery has failed and been refused before, so that there is something to tell of
/// that, too. The README's table says which metrics this build reports.
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class DashboardDataTests
{
    [Fact]
    public async Task Queries_FedByTheAgent_HaveData()
    {
        await using PodNode node = await PodNode.StartOrSkipAsync();
        node.AddTornTable();
        await using Prometheus prometheus = await Prometheus.StartAsync(OperatorFiles.Rules);
        using var spool = new TemporaryFolder();
        int port = FreePort.Next();
        await using TestProcess agent = Start(node, spool, port);

        // An outage first: the agent tries again, and keeps what it could not deliver. Then a collector that wants none of it.
        await agent.Error.WaitForAsync("fails:");
        await RefuseAsync(port);
        await using VmAgent collector = await VmAgent.StartAsync(port, prometheus.RemoteWriteUrl);
        IReadOnlySet<string> promised = Contract.Promised();
        await ArrivedAsync(prometheus, promised, agent);

        IReadOnlyList<Query> queries = [.. OperatorQueries.All().Where(query => promised.IsSupersetOf(query.Metrics))];
        queries.ShouldNotBeEmpty();
        foreach (Query query in queries)
        {
            await HasDataAsync(prometheus, query);
        }

        await RulesAreEvaluatedAsync(prometheus);
    }

    private static TestProcess Start(PodNode node, TemporaryFolder spool, int port) => AgentProgram.Start(
        [],
        [
            new("Tcp__ProcRoot", node.ProcRoot),
            new("Tcp__PodLogs", node.PodLogs),
            new("Tcp__ContainerLogs", ""),
            new("Tcp__CpuBudget", "1"),
            new("Export__Spool__Path", spool.Path),
            new("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            new("OTEL_RESOURCE_ATTRIBUTES", "k8s.cluster.name=test"),
            .. AgentRun.Endpoint(VmAgent.OtlpEndpoint(port), "http/protobuf"),
        ]);

    private static async Task RefuseAsync(int port)
    {
        await using OtlpReceiver collector = await OtlpReceiver.StartAsync(new OtlpReceiverOptions { HttpPort = port });
        collector.Answer = static (_, _) => Task.FromResult(new OtlpAnswer { HttpStatus = 400, Message = "no metrics here" });
        await collector.WaitForExportAsync();
    }

    private static async Task ArrivedAsync(Prometheus prometheus, IEnumerable<string> promised, TestProcess agent)
    {
        string[] missing = [];
        await Deadline.UntilAsync(
            async () =>
            {
                IReadOnlySet<string> names = await prometheus.MetricNamesAsync();
                missing = [.. promised.Where(name => !names.Contains(name) && !names.Contains(name + "_count"))];
                return missing.Length == 0 ? names : null;
            },
            () => $"Promised by the README, and not in Prometheus: {string.Join(' ', missing)}\n{agent.Error.Text}");
    }

    /// <summary>A panel's query returns series. An alert's does only when there is trouble; what it looks at is there.</summary>
    private static async Task HasDataAsync(Prometheus prometheus, Query query)
    {
        bool isAlert = query.Where.StartsWith("rule ", StringComparison.Ordinal);
        await prometheus.QueryAsync(query.Filled);
        foreach (string expression in isAlert ? query.Series : [query.Filled])
        {
            var series = await Deadline.UntilAsync(
                async () => await prometheus.QueryAsync(expression) is { Count: > 0 } found ? found : null,
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
