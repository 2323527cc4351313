using Agent.Export.Answers;
using Agent.Export.Pipeline;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Agent.Tests.Export.Spool;
using Agent.Tests.Support;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Pipeline;

public sealed class SpoolReplayerTests : IDisposable
{
    private static readonly Delivered Taken = new(Verdict.Accepted, null);

    private readonly DeliveryBench _bench = new(withSpool: true);

    [Fact]
    public async Task Reached_KeptPayloads_AreSentOldestFirst()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1, 2, 3);
        await using SpoolReplayer replayer = Start();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        _bench.Attempts.ShouldBe(0, "nobody has found the collector yet");

        replayer.LiveEnded(Taken);

        await Deadline.UntilAsync(() => _bench.Spool!.Items == 0);
        _bench.Attempts.ShouldBe(3);
        await Deadline.UntilAsync(() => _bench.Log.All.Length == 1);
        _bench.Log.All[0].ShouldStartWith("Information: All kept exports are delivered to http://c:1/v1/metrics: 3, the oldest from 2026-01-01 00:00:00Z");
    }

    [Fact]
    public async Task Reached_TheCollectorFailsAgain_StopsUntilItIsBack()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1, 2, 3);
        _bench.Answer = (attempt, _) => DeliveryBench.Says(attempt == 2 ? 503 : 200);
        await using SpoolReplayer replayer = Start();
        replayer.LiveEnded(Taken);
        await Deadline.UntilAsync(() => _bench.Attempts == 2);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        (_bench.Attempts, _bench.Spool!.Items).ShouldBe((2, 2));

        replayer.LiveEnded(Taken);

        await Deadline.UntilAsync(() => _bench.Spool!.Items == 0);
    }

    [Fact]
    public async Task Reached_APayloadIsRefused_DropsItAndGoesOn()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 5, 7);
        _bench.Answer = (attempt, _) => DeliveryBench.Says(attempt == 1 ? 400 : 200);
        await using SpoolReplayer replayer = Start();

        replayer.LiveEnded(Taken);

        await Deadline.UntilAsync(() => _bench.Spool!.Items == 0);
        _bench.Tallies.Rejected["400"].ShouldBe(5);
        await Deadline.UntilAsync(() => _bench.Log.All.Length == 2);
        _bench.Log.All[0].ShouldContain("refused 1 kept export(s): it answered 400 Bad Request");
    }

    [Fact]
    public async Task Reached_AnInterruptedReplay_SaysOnceWhatWasDelivered()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1, 2, 3);
        _bench.Answer = (attempt, _) => DeliveryBench.Says(attempt == 2 ? 503 : 200);
        await using SpoolReplayer replayer = Start();
        replayer.LiveEnded(Taken);
        await Deadline.UntilAsync(() => _bench.Attempts == 2);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        _bench.Log.All.ShouldBeEmpty("some are still kept");

        replayer.LiveEnded(Taken);

        await Deadline.UntilAsync(() => _bench.Log.All.Length == 1);
        _bench.Log.All[0].ShouldContain("All kept exports are delivered to http://c:1/v1/metrics: 3");
    }

    [Fact]
    public async Task Dispose_WhileSending_KeepsThePayload()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1);
        _bench.Answer = (_, cancellation) => DeliveryBench.HangAsync(cancellation);
        SpoolReplayer replayer = Start();
        replayer.LiveEnded(Taken);
        await Deadline.UntilAsync(() => _bench.Attempts == 1);

        await replayer.DisposeAsync();

        _bench.Spool!.Items.ShouldBe(1);
        _bench.SpoolBench.Payloads.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Reached_TheHeadAlwaysFails_StepsBehindTheOthersAndIsDroppedAndCounted()
    {
        _bench.AnswersByPoints[7] = () => DeliveryBench.Says(503);
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 7, 1, 2);
        await using SpoolReplayer replayer = Start();

        await ReachUntilAsync(replayer, () => _bench.Spool!.Items == 0);

        long[] expected = [7, 7, 7, 1, 2, .. Enumerable.Repeat(7L, SpoolReplayer.MaxOwnFailures + 1 - PayloadSpool.FailuresBeforeOthersGoFirst)];
        _bench.Sent.ShouldBe(expected);
        _bench.Tallies.Rejected["503"].ShouldBe(7);
        await Deadline.UntilAsync(() => _bench.Log.All.Length == 3);
        _bench.Log.All[0].ShouldBe(
            "Warning: http://c:1/v1/metrics accepts new exports, but not the kept one from 2026-01-01 00:00:00Z, which failed 3 times: it answered 503 Service Unavailable. "
            + "It is now sent after all others, and dropped if it keeps failing. Repeats are counted and logged every 10 minutes.");
        _bench.Log.All[1].ShouldContain("did not accept 1 kept export(s) in more than 10 attempts each, while it accepted others: it answered 503");
        _bench.Log.All[2].ShouldContain("All kept exports are delivered to http://c:1/v1/metrics: 2");
    }

    [Fact]
    public async Task Reached_ManyAlwaysFail_TheOthersGoFirstAndEachIsDroppedOnce()
    {
        int[] failing = [7, 8, 9];
        foreach (int points in failing)
        {
            _bench.AnswersByPoints[points] = () => DeliveryBench.Says(503);
        }

        await _bench.SpoolBench.KeepAsync(_bench.Spool!, [.. failing, 1, 2]);
        await using SpoolReplayer replayer = Start();

        await ReachUntilAsync(replayer, () => _bench.Spool!.Items == 0);

        _bench.Tallies.Rejected["503"].ShouldBe(failing.Sum());
        _bench.Sent.TakeWhile(points => points != 2).Count().ShouldBe((failing.Length * PayloadSpool.FailuresBeforeOthersGoFirst) + 1);
        _bench.Log.All.Count(line => line.Contains("accepts new exports, but not", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>
    /// The collector takes exports, each after so many attempts. A kept one gets as many, one at a time, for one failure of
    /// its own, as an overloaded collector would fail it too.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Reached_NewPayloadsNeedSeveralAttempts_TheHeadStillStepsBehindAndIsDropped(int attempts)
    {
        _bench.AnswersByPoints[7] = () => DeliveryBench.Says(503);
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 7, 1, 2);
        await using SpoolReplayer replayer = Start();

        await ReachUntilAsync(replayer, () => _bench.Spool!.Items == 0, Taken with { Attempts = attempts });

        int before = PayloadSpool.FailuresBeforeOthersGoFirst * attempts, after = ((SpoolReplayer.MaxOwnFailures * attempts) + 1) - before;
        _bench.Sent.ShouldBe([.. Enumerable.Repeat(7L, before), 1, 2, .. Enumerable.Repeat(7L, after)]);
        _bench.Tallies.Rejected["503"].ShouldBe(7);
        await Deadline.UntilAsync(() => _bench.Log.All.Length == 3);
        _bench.Log.All[0].ShouldContain("accepts new exports, but not the kept one");
    }

    /// <summary>An outage is not the fault of the payload that meets it, however often.</summary>
    [Fact]
    public async Task Reached_NewPayloadsFailAsWell_NoKeptOneIsBlamed()
    {
        _bench.AnswersByPoints[7] = () => DeliveryBench.Says(503);
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 7, 1);
        await using SpoolReplayer replayer = Start();
        replayer.LiveEnded(Taken);
        for (int outage = 1; outage <= 2 * SpoolReplayer.MaxOwnFailures; outage++)
        {
            await Deadline.UntilAsync(() => _bench.Attempts >= outage);
            await Task.Delay(20, TestContext.Current.CancellationToken);
            await RepeatUntilAsync(() => _bench.Attempts > outage, () =>
            {
                replayer.LiveEnded(new Delivered(Verdict.Transient("503", "busy"), null));
                replayer.LiveEnded(Taken);
            });
        }

        _bench.Sent.ShouldAllBe(points => points == 7);
        _bench.Spool!.Items.ShouldBe(2);
        _bench.Log.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reached_AKeptPayloadIsAskedToWait_NewOnesGoOn()
    {
        _bench.AnswersByPoints[7] = () => DeliveryBench.Says(429, 3600);
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 7, 1);
        var live = new CollectorPause(TimeSpan.FromHours(1), TimeProvider.System);
        await using SpoolReplayer replayer = Start(live);
        using HttpClient client = _bench.Client(pause: live, replayer: replayer);

        for (int number = 0; number < 20; number++)
        {
            await DeliveryBench.SendAsync(client, 5);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        _bench.Sent.Count(points => points == 5).ShouldBe(20);
        _bench.Sent.Count(points => points == 7).ShouldBe(1);
        _bench.Status.Last.ShouldBe(ExportOutcome.Delivered);
        _bench.Spool!.Items.ShouldBe(2);
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>New payloads arrive, one after each attempt of the replayer.</summary>
    private async Task ReachUntilAsync(SpoolReplayer replayer, Func<bool> holds, Delivered? taken = null)
    {
        while (!holds())
        {
            int before = _bench.Attempts;
            await RepeatUntilAsync(() => _bench.Attempts > before || holds(), () => replayer.LiveEnded(taken ?? Taken));
            await Task.Delay(30, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What arrives while an attempt is still being settled does not count, so it is said again.</summary>
    private static Task RepeatUntilAsync(Func<bool> holds, Action say) => Deadline.UntilAsync(() =>
    {
        if (holds())
        {
            return true;
        }

        say();
        return false;
    });

    private SpoolReplayer Start(CollectorPause? live = null)
    {
        var settings = new OtlpSettings { Endpoint = new Uri("http://c:1/v1/metrics"), Protocol = OtlpExportProtocol.HttpProtobuf };
        var replayer = new SpoolReplayer(
            _bench.Spool!, _bench.Pipeline(), new OtlpRequest(settings, "test/1"), live ?? new CollectorPause(TimeSpan.FromMinutes(5), TimeProvider.System),
            new CollectorPause(TimeSpan.FromMinutes(5), TimeProvider.System), new ReplayPace(1000, TimeSpan.FromMilliseconds(10), new Random(1)), _bench.Tallies.Rejected, _bench.DeliveryLog(), TimeProvider.System);
        replayer.Start();
        return replayer;
    }
}
