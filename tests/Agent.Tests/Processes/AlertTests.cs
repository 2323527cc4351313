using System.Globalization;
using System.Text;
using Agent.Tests.Config;
using Agent.Tests.Support;
using Agent.Tests.Support.Backends;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Processes;

/// <summary>
/// Every alert, end to end: real trouble on real sockets, a disk and collectors, told by real agents over OTLP, named by
/// vmagent, kept by Prometheus, judged by Prometheus' own rule engine. Only time is stretched: what the agents export four
/// times a second is put a minute apart.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class AlertTests
{
    /// <summary>More than the half hour that the slowest alert waits.</summary>
    private const int Exports = 45;

    /// <summary>So large that a few dozen kept exports are more than a megabyte.</summary>
    private const string Padding = "padding";

    /// <summary>All alerts that must have fired, and no other.</summary>
    private static string[] Expected =>
    [
        .. ((string[])
        [
            "TcpAcceptQueueFilling", "TcpAcceptQueueOverflows", "TcpCloseWaitLeak", "TcpEphemeralPortsNearLimit", "TcpRetransmissions",
            "TcpSynFlood", "TcpAgentSilent", "TcpAgentStaleReadings", "TcpAgentReadErrors",
        ]).Select(alert => $"host_name=\"troubled\", alertname=\"{alert}\""),
        """host_name="troubled", alertname="TcpAgentSamplesLost", cause="rejected" """,

        // The fixture that it reads has rows that no kernel writes.
        """host_name="spooling", alertname="TcpAgentReadErrors" """,
        """host_name="spooling", alertname="TcpAgentSpoolGrowing" """,
        """host_name="spooling", alertname="TcpAgentSamplesLost", cause="dropped" """,
        """host_name="spooling", alertname="TcpAgentSilent" """,
        """alertname="TcpAgentNoneReports" """,
    ];

    [Fact]
    public async Task Alerts_RealTrouble_FireEachAndNoOther()
    {
        string promtool = BackendFiles.Require("promtool");
        await using PodNode node = await PodNode.StartOrSkipAsync();
        await node.AddTroubledPodOrSkipAsync();
        node.AddTornTable();
        node.AddUnreadableTable();
        await using Prometheus prometheus = await Prometheus.StartAsync(OperatorFiles.Rules);
        await using VmAgent collector = await VmAgent.StartAsync(prometheus.RemoteWriteUrl);

        IReadOnlyList<ReceivedExport>[] agents = await Task.WhenAll(TroubledAsync(node), SpoolingAsync());
        DateTimeOffset end = DateTimeOffset.UtcNow;
        StretchedExports[] stretched = [.. agents.Select(exports => new StretchedExports(exports, end))];
        foreach (ExportMetricsServiceRequest export in stretched.SelectMany(one => one.Messages))
        {
            await collector.SendAsync(WithoutPadding(export));
        }

        await Deadline.UntilAsync(
            async () => await prometheus.QueryAsync("tcp_agent_snapshot_age_seconds", stretched[0].End) is { Count: 2 } both ? both : null,
            () => "Not both agents' exports are in Prometheus.");
        using var folder = new TemporaryFolder();
        string test = folder.Write("test.yml", await PromtoolTestAsync(prometheus, stretched[0].End));
        await using TestProcess run = TestProcess.Start(promtool, ["test", "rules", test], AgentProgram.Environment([]));
        int code = await run.WaitForExitAsync();
        code.ShouldBe(0, run.Output.Text + run.Error.Text);
    }

    /// <summary>Sees the troubled pod and what cannot be read; its collector finds one export too large.</summary>
    private static async Task<IReadOnlyList<ReceivedExport>> TroubledAsync(PodNode node)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        int count = 0;
        receiver.Answer = (_, _) => Task.FromResult(
            Interlocked.Increment(ref count) == Exports / 2 ? new OtlpAnswer { HttpStatus = 413 } : OtlpAnswer.Success);
        return await ExportsAsync(receiver, "troubled", [new("Tcp__ProcRoot", node.ProcRoot), new("Tcp__CpuBudget", "1")]);
    }

    /// <summary>Keeps what an overloaded collector does not take, until its spool is full.</summary>
    private static async Task<IReadOnlyList<ReceivedExport>> SpoolingAsync()
    {
        using var spool = new TemporaryFolder();
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = static (_, _) => Task.FromResult(new OtlpAnswer { HttpStatus = 503 });
        return await ExportsAsync(
            receiver,
            "spooling",
            [
                AgentRun.OverFixture,
                new("Export__Spool__Path", spool.Path),
                new("Export__Spool__MaxBytes", "2000000"),

                // One attempt for each collection, so that the collector sees them all.
                new("Export__Retry__MaxRetries", "0"),
                new("Export__Breaker__MinimumThroughput", "1000"),
            ]);
    }

    private static async Task<IReadOnlyList<ReceivedExport>> ExportsAsync(
        OtlpReceiver receiver, string host, IEnumerable<KeyValuePair<string, string>> environment)
    {
        await using TestProcess agent = AgentProgram.Start(
            [],
            [
                .. environment,
                .. AgentRun.OverHttp(receiver),
                new("OTEL_METRIC_EXPORT_INTERVAL", "250"),
                new("OTEL_RESOURCE_ATTRIBUTES", $"host.name={host},{Padding}={new string('x', 50_000)}"),
            ]);
        return await Deadline.UntilAsync(
            () =>
            {
                // Refused ones too: what they say is what the agent had to say.
                ReceivedExport[] distinct = [.. receiver.FilledExports.DistinctBy(export => export.CollectedAt)];
                return distinct.Length >= Exports ? distinct : null;
            },
            () => $"{host}: {receiver.FilledExports.Count} exports.\n{agent.Error.Text}");
    }

    private static ExportMetricsServiceRequest WithoutPadding(ExportMetricsServiceRequest export)
    {
        ExportMetricsServiceRequest smaller = export.Clone();
        smaller.ResourceMetrics[0].Resource.Attributes.Remove(
            smaller.ResourceMetrics[0].Resource.Attributes.Single(attribute => attribute.Key == Padding));
        return smaller;
    }

    /// <summary>The samples as promtool takes them, and which alerts must have fired when the agents have long been silent.</summary>
    private static async Task<string> PromtoolTestAsync(Prometheus prometheus, DateTimeOffset end)
    {
        var test = new StringBuilder($"""
            rule_files: ['{OperatorFiles.Rules}']
            evaluation_interval: 1m
            group_eval_order: [tcp-agent.recorded, tcp-agent.sockets, tcp-agent.agent]
            tests:
              - interval: 1m
                input_series:

            """);
        foreach (string name in OperatorQueries.OfRules(OperatorFiles.Rules).SelectMany(query => query.Series).Distinct(StringComparer.Ordinal))
        {
            foreach ((IReadOnlyDictionary<string, string> labels, string values) in await SeriesAsync(prometheus, name, end))
            {
                string pairs = string.Join(
                    ", ", labels.Where(label => label.Key != "__name__").Select(label => $"{label.Key}=\"{label.Value}\""));
                test.Append(CultureInfo.InvariantCulture, $"      - {{series: '{name}{{{pairs}}}', values: '{values}'}}\n");
            }
        }

        test.Append("""
                promql_expr_test:
                  - expr: >-
                      group by (host_name, alertname, cause)
                      (last_over_time(ALERTS{alertstate="firing", host_name=~"troubled|spooling|"}[2h]))
                    eval_time: 65m
                    exp_samples:

            """);
        foreach (string labels in Expected)
        {
            test.Append(CultureInfo.InvariantCulture, $"          - {{labels: '{{{labels}}}', value: 1}}\n");
        }

        return test.ToString();
    }

    /// <summary>A value for each minute of the recording, or that there is none.</summary>
    private static async Task<IEnumerable<(IReadOnlyDictionary<string, string> Labels, string Values)>> SeriesAsync(
        Prometheus prometheus, string name, DateTimeOffset end)
    {
        long start = (end - TimeSpan.FromMinutes(Exports - 1)).ToUnixTimeSeconds();
        var series = await Deadline.UntilAsync(
            async () => await prometheus.SamplesAsync($"{name}[2h]", end) is { Count: > 0 } all
                && all.GroupBy(one => one.Labels["host_name"], one => one.Samples.Keys.Max(), StringComparer.Ordinal)
                    .All(host => host.Max() == end.ToUnixTimeSeconds())
                ? all
                : null,
            () => $"Not in Prometheus: {name}");
        return series.Select(one => (one.Labels, string.Join(
            ' ',
            Enumerable.Range(0, Exports).Select(minute => one.Samples.GetValueOrDefault(start + (60 * minute), "_")))));
    }
}
