using Agent.Export;
using Agent.Export.Pipeline;
using Agent.Export.Transport;
using Agent.Tests.Support;
using OpenTelemetry.Exporter;

namespace Agent.Tests.Export.Pipeline;

public sealed class SpoolReplayerTests : IDisposable
{
    private readonly DeliveryBench _bench = new(withSpool: true);

    [Fact]
    public async Task Reached_KeptPayloads_AreSentOldestFirst()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1, 2, 3);
        await using SpoolReplayer replayer = Start();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        _bench.Attempts.ShouldBe(0, "nobody has found the collector yet");

        replayer.CollectorReached();

        await Deadline.UntilAsync(() => _bench.Spool!.Items == 0);
        _bench.Attempts.ShouldBe(3);
        await Deadline.UntilAsync(() => _bench.Log.All.Length == 1);
        _bench.Log.All[0].ShouldStartWith("Information: http://c:1/v1/metrics has 3 payload(s) that were kept for it, the oldest from 2026-01-01 00:00:00Z");
    }

    [Fact]
    public async Task Reached_TheCollectorFailsAgain_StopsUntilItIsBack()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1, 2, 3);
        _bench.Answer = (attempt, _) => DeliveryBench.Says(attempt == 2 ? 503 : 200);
        await using SpoolReplayer replayer = Start();
        replayer.CollectorReached();
        await Deadline.UntilAsync(() => _bench.Attempts == 2);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        (_bench.Attempts, _bench.Spool!.Items).ShouldBe((2, 2));

        replayer.CollectorReached();

        await Deadline.UntilAsync(() => _bench.Spool!.Items == 0);
    }

    [Fact]
    public async Task Reached_APayloadIsRefused_DropsItAndGoesOn()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 5, 7);
        _bench.Answer = (attempt, _) => DeliveryBench.Says(attempt == 1 ? 400 : 200);
        await using SpoolReplayer replayer = Start();

        replayer.CollectorReached();

        await Deadline.UntilAsync(() => _bench.Spool!.Items == 0);
        _bench.Tallies.Rejected["400"].ShouldBe(5);
        await Deadline.UntilAsync(() => _bench.Log.All.Length == 2);
        _bench.Log.All[0].ShouldContain("refused 1 payload(s) that were kept for it: it answered 400 Bad Request");
    }

    [Fact]
    public async Task Reached_AnInterruptedReplay_SaysOnceWhatWasDelivered()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1, 2, 3);
        _bench.Answer = (attempt, _) => DeliveryBench.Says(attempt == 2 ? 503 : 200);
        await using SpoolReplayer replayer = Start();
        replayer.CollectorReached();
        await Deadline.UntilAsync(() => _bench.Attempts == 2);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        _bench.Log.All.ShouldBeEmpty("some are still kept");

        replayer.CollectorReached();

        await Deadline.UntilAsync(() => _bench.Log.All.Length == 1);
        _bench.Log.All[0].ShouldContain("has 3 payload(s) that were kept for it");
    }

    [Fact]
    public async Task Dispose_WhileSending_KeepsThePayload()
    {
        await _bench.SpoolBench.KeepAsync(_bench.Spool!, 1);
        _bench.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException();
        };
        SpoolReplayer replayer = Start();
        replayer.CollectorReached();
        await Deadline.UntilAsync(() => _bench.Attempts == 1);

        await replayer.DisposeAsync();

        _bench.Spool!.Items.ShouldBe(1);
        _bench.SpoolBench.Payloads.Length.ShouldBe(1);
    }

    public void Dispose() => _bench.Dispose();

    private SpoolReplayer Start()
    {
        var settings = new OtlpSettings { Endpoint = new Uri("http://c:1/v1/metrics"), Protocol = OtlpExportProtocol.HttpProtobuf };
        var replayer = new SpoolReplayer(
            _bench.Spool!, _bench.Pipeline(), new OtlpRequest(settings, "test/1"), new CollectorPause(TimeSpan.FromMinutes(5), TimeProvider.System),
            new ReplayPace(1000, TimeSpan.FromMilliseconds(10), new Random(1)), _bench.Tallies.Rejected, _bench.DeliveryLog(), TimeProvider.System);
        replayer.Start();
        return replayer;
    }
}
