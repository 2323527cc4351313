using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Processes;

/// <summary>
/// Where the kernel's counters begin, on the wire: of a pod that was there before the agent with 0, also after a restart; of
/// one that begins while the agent watches with all that it did.
/// </summary>
public sealed class CounterSpanTests
{
    private const string Before = "0b7f3a52-1c7e-4c0f-9a55-3f6c2f0f7d11";
    private const string Born = "1c7e0b7f-3a52-4c0f-9a55-3f6c2f0f7d12";
    private const int History = 40;

    [Theory]
    [InlineData("cumulative")]
    [InlineData("delta")]
    public async Task Export_AcrossARestart_CountsWhatTheAgentHasSeen(string temporality)
    {
        await using ConnectingPods pods = ConnectingPods.CreateOrSkip();
        await pods.StartAsync(Before, History);

        await RunAsync(pods, temporality, async points =>
        {
            await CountedAsync(points, Before, 0);
            await pods.ConnectAsync(Before, 7);
            await CountedAsync(points, Before, 7);
            await pods.StartAsync(Born, 9);
            await CountedAsync(points, Born, 9);
        });

        await RunAsync(pods, temporality, async points =>
        {
            await CountedAsync(points, Before, 0);
            await CountedAsync(points, Born, 0);
            await pods.ConnectAsync(Born, 3);
            await CountedAsync(points, Born, 3);
            await CountedAsync(points, Before, 0);
        });
    }

    private static async Task RunAsync(ConnectingPods pods, string temporality, Func<Func<string, NumberDataPoint[]>, Task> work)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        ulong started = (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds * 1_000_000;
        await using TestProcess agent = AgentProgram.Start(
            [],
            [
                new("Tcp__ProcRoot", pods.ProcRoot),
                new("Tcp__CpuBudget", "1"),
                new("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", temporality),
                AgentRun.OftenExporting,
                .. AgentRun.OverHttp(receiver),
            ]);

        await work(uid => Points(receiver, uid));

        await agent.StopAsync();
        NumberDataPoint[] all = [.. Points(receiver, Before), .. Points(receiver, Born)];
        all.ShouldAllBe(point => point.AsInt >= 0 && point.StartTimeUnixNano >= started && point.StartTimeUnixNano < point.TimeUnixNano);
    }

    /// <summary>Waits for a value, and sees that there was never more: the sum of deltas, or the last cumulative one.</summary>
    private static async Task CountedAsync(Func<string, NumberDataPoint[]> points, string uid, long value)
    {
        long counted = -1;
        await Deadline.UntilAsync(
            () =>
            {
                NumberDataPoint[] all = points(uid);
                counted = all.Length == 0 ? -1
                    : all.Length > 1 && all[1].StartTimeUnixNano != all[0].StartTimeUnixNano ? all.Sum(point => point.AsInt)
                    : all[^1].AsInt;
                return counted >= value ? all : null;
            },
            () => $"{uid}: {counted}, not {value}");
        counted.ShouldBe(value);
    }

    /// <summary>The points of <c>tcp.connection.opens</c> by connect(), of one pod, in the order of their time.</summary>
    private static NumberDataPoint[] Points(OtlpReceiver receiver, string uid) =>
    [
        .. receiver.FilledExports.SelectMany(export => export.Metrics)
            .Where(metric => string.Equals(metric.Name, "tcp.connection.opens", StringComparison.Ordinal))
            .SelectMany(metric => metric.Sum.DataPoints)
            .Where(point => Has(point, "k8s.pod.uid", uid) && Has(point, "tcp.open.kind", "active"))
            .OrderBy(point => point.TimeUnixNano),
    ];

    private static bool Has(NumberDataPoint point, string key, string value) =>
        point.Attributes.Any(pair => pair.Key == key && pair.Value.StringValue == value);
}
