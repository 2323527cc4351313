using Agent.Export.Answers;
using Agent.Export.Pipeline;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Pipeline;

public sealed class DeliveryLogTests : IDisposable
{
    private static readonly Verdict Busy = Verdict.Transient("503", "it answered 503");

    private readonly ManualTime _time = new();
    private readonly DeliveryBench _bench;

    public DeliveryLogTests() => _bench = new DeliveryBench { Time = _time };

    /// <summary>A collector that comes and goes, or that has something against many payloads, must not fill the log.</summary>
    [Fact]
    public void KeptPayloads_TheSameAgainAndAgain_IsLoggedOnceAndThenWithACount()
    {
        DeliveryLog log = _bench.DeliveryLog();
        Repeat(log);
        _bench.Log.All.Length.ShouldBe(4, string.Join('\n', _bench.Log.All));

        _time.Advance(TimeSpan.FromMinutes(10));
        Repeat(log);

        _bench.Log.All.Length.ShouldBe(8);
        _bench.Log.All[4..].ShouldAllBe(line => line.Contains("(100 times in 10 minutes)", StringComparison.Ordinal));
    }

    public void Dispose() => _bench.Dispose();

    private void Repeat(DeliveryLog log)
    {
        for (int time = 0; time < 100; time++)
        {
            log.SteppedBehind(_time.Start, 3, Busy);
            log.GivenUp(1, 10, Busy);
            log.DeliveredLate(1, _time.Start);
            log.ReplayFailed(new InvalidOperationException("so what"));
        }
    }
}
