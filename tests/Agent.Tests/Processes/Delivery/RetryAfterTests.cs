using System.Diagnostics;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The collector says how long to wait: the agent does, within the bound that it is set.</summary>
public sealed class RetryAfterTests
{
    private static readonly KeyValuePair<string, string> Interval = new("OTEL_METRIC_EXPORT_INTERVAL", "2500");
    private static readonly KeyValuePair<string, string> AttemptTimeout = new("Export__AttemptTimeout", "1");

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_RetryAfter_IsWaitedFor(string protocol)
    {
        TimeSpan wait = await MeasureAsync(protocol, askedSeconds: 1, "300");

        wait.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        wait.ShouldBeLessThan(TimeSpan.FromSeconds(2.4));
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_RetryAfterBeyondTheBound_IsCutToIt(string protocol)
    {
        TimeSpan wait = await MeasureAsync(protocol, askedSeconds: 3600, "0.5");

        wait.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(0.5));
        wait.ShouldBeLessThan(TimeSpan.FromSeconds(2.4));
    }

    /// <summary>It asks for longer than an export may take: then what is collected meanwhile waits as well.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_RetryAfterLongerThanAnInterval_NothingIsSentMeanwhileAndNothingIsMissing(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int answers = 0;
        run.Answer = export => export.IsFilled && Interlocked.Increment(ref answers) == 1 ? Wait(protocol, 2) : OtlpAnswer.Success;
        await using TestProcess agent = run.StartAgent();

        await agent.Error.WaitForAsync("All kept exports are delivered");
        await run.WaitUntilAllAreTakenAsync(agent);

        Stopwatch.GetElapsedTime(run.Exports[0].ArrivedAt, run.Exports[1].ArrivedAt).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1.95));
    }

    /// <summary>Without a spool, what is collected meanwhile is lost, and counted; the wait is kept all the same.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_RetryAfterLongerThanAnIntervalWithoutASpool_NothingIsSentMeanwhile(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int answers = 0;
        run.Answer = export => export.IsFilled && Interlocked.Increment(ref answers) == 1 ? Wait(protocol, 2) : OtlpAnswer.Success;
        await using TestProcess agent = run.StartAgent(new KeyValuePair<string, string>("Export__Spool__Path", ""));

        IReadOnlyDictionary<string, long> counted = await Deadline.UntilAsync(
            () => run.Exports.Count > 2 ? run.Newest.Counts("tcp.agent.export.rejected", "error.type") : null, () => agent.Error.Text);

        Stopwatch.GetElapsedTime(run.Exports[0].ArrivedAt, run.Exports[1].ArrivedAt).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1.95));
        counted["paused"].ShouldBePositive();
        agent.Error.Containing("fails:").ShouldHaveSingleItem();
    }

    /// <summary>Refuses the first attempt.</summary>
    /// <returns>The time from the refused attempt to the next.</returns>
    private static async Task<TimeSpan> MeasureAsync(string protocol, int askedSeconds, string bound)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int answers = 0;
        run.Answer = export => export.IsFilled && Interlocked.Increment(ref answers) == 1
            ? Wait(protocol, askedSeconds)
            : OtlpAnswer.Success;
        await using TestProcess agent = run.StartAgent(Interval, AttemptTimeout, new("Export__Retry__MaxRetryAfter", bound));

        IReadOnlyList<ReceivedExport> exports = await Deadline.UntilAsync(
            () => run.Exports.Count >= 2 ? run.Exports : null, () => agent.Error.Text);

        exports[1].CollectedAt.ShouldBe(exports[0].CollectedAt);
        return Stopwatch.GetElapsedTime(exports[0].ArrivedAt, exports[1].ArrivedAt);
    }

    /// <summary>Over gRPC by RetryInfo alone.</summary>
    private static OtlpAnswer Wait(string protocol, int seconds) => DeliveryRun.IsGrpc(protocol)
        ? OtlpAnswer.AskToWait(seconds) with { Headers = OtlpAnswer.Success.Headers }
        : OtlpAnswer.AskToWait(seconds);
}
