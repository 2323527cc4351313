using System.Diagnostics;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Processes.Delivery;

[Collection(AloneCollection.Name)]
public sealed class CadenceTests
{
    private const int Intervals = 5;

    private static readonly BothProtocols Runs = new(RunAsync);

    /// <summary>No answer ever, time for many attempts: the next collection is not late for it.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public Task Collect_WhileTheCollectorHangs_KeepsItsInterval(string protocol) => Runs.EndAsync(protocol);

    private static async Task RunAsync(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        run.Link.Fault = LinkFault.Hang;
        await using TestProcess agent = run.StartAgent(
            new("OTEL_METRIC_EXPORT_INTERVAL", "1000"), new("Export__AttemptTimeout", "30"), new("OTEL_EXPORTER_OTLP_TIMEOUT", "60000"));
        await run.WaitForCollectionsAsync(1, agent);

        var watch = Stopwatch.StartNew();
        await run.WaitForCollectionsAsync(1 + Intervals, agent);

        // One more than there should be time for.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(Intervals + 1));
    }
}
