using System.Diagnostics;
using System.Globalization;
using Agent.Tests.Health;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The node's clock is set by ten years while exports fail: nothing that the agent waits for becomes longer or shorter.</summary>
public sealed class ClockStepTests
{
    private const double TenYearsInDays = 3650;

    [Theory]
    [InlineData("grpc", -TenYearsInDays)]
    [InlineData("grpc", TenYearsInDays)]
    [InlineData("http/protobuf", -TenYearsInDays)]
    [InlineData("http/protobuf", TenYearsInDays)]
    public async Task Export_TheClockStepsWhileTheBreakerIsOpen_GoesOnWithTheCollector(string protocol, double days)
    {
        using SteppedWallClock clock = SteppedWallClock.CreateOrSkip();
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int port = FreePort.Next();
        await using TestProcess agent = run.StartAgent(
        [
            .. clock.Environment,
            new("Health__Port", port.ToString(CultureInfo.InvariantCulture)),
            new("Export__Spool__Path", ""),
            new("Export__Breaker__MinimumThroughput", "2"),
            new("Export__Breaker__SamplingDuration", "60"),
            new("Export__Breaker__FailureRatio", "0.1"),
        ]);
        await run.WaitForCollectionsAsync(2, agent);
        run.Link.Fault = LinkFault.Refuse;
        await run.WaitForCollectionsAsync(run.Collected + 4, agent);

        clock.Set(TimeSpan.FromDays(days));
        await run.WaitForCollectionsAsync(run.Collected + 2, agent);
        int before = run.Exports.Count;
        run.Link.Fault = LinkFault.None;
        var watch = Stopwatch.StartNew();
        await Deadline.UntilAsync<object>(() => run.Exports.Count > before + 2 ? run : null, () => agent.Error.Text);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        DateTimeOffset.FromUnixTimeMilliseconds((long)(run.Exports[^1].CollectedAt / 1_000_000)).ShouldBe(
            DateTimeOffset.UtcNow.AddDays(days), TimeSpan.FromDays(1), "The clock of the agent has been set.");
        (await HealthClient.GetAsync(port, "/healthz")).ShouldStartWith("HTTP/1.1 200 ");
    }
}
