using Agent.Export.Spool;

namespace Agent.Tests.Export.Spool;

/// <summary>Ages are counted by a clock that does not step.</summary>
public sealed class SpoolAgeTests : IDisposable
{
    private static readonly TimeSpan Days = TimeSpan.FromDays(3000);

    private readonly SpoolBench _bench = new();

    public SpoolAgeTests()
    {
        _bench.Settings.MaxAge = TimeSpan.FromHours(1);

        // Longer than a stamp's seconds go on before they begin anew.
        _bench.Time.Advance(TimeSpan.FromDays(600));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Take_TheClockStepped_DropsByTheTimeThatElapsed(int direction)
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1);
        _bench.Time.Step(direction * Days);
        _bench.Time.Advance(TimeSpan.FromMinutes(50));
        await _bench.KeepAsync(spool, 2);
        _bench.Time.Step(-direction * 2 * Days);
        _bench.Time.Advance(TimeSpan.FromMinutes(15));

        SpoolBench.Drain(spool).ShouldBe([2]);
        _bench.Tallies.Dropped["age"].ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Open_TheClockSteppedWhileNoAgentRan_DropsByTheTimeThatElapsed(int direction)
    {
        using (PayloadSpool earlier = _bench.Open())
        {
            await _bench.KeepAsync(earlier, 1);
            _bench.Time.Advance(TimeSpan.FromMinutes(50));
            await _bench.KeepAsync(earlier, 2);
        }

        _bench.Time.Step(direction * Days);
        _bench.Time.Advance(TimeSpan.FromMinutes(15));
        using PayloadSpool spool = _bench.Open();

        SpoolBench.Drain(spool).ShouldBe([2]);
        _bench.Tallies.Dropped["age"].ShouldBe(1);
    }

    [Theory]
    [InlineData(0x123456u)]
    [InlineData(0u)]
    public async Task Open_AfterAnotherBoot_GoesByTheWallClockOnce(uint boot)
    {
        using (PayloadSpool earlier = _bench.Open())
        {
            await _bench.KeepAsync(earlier, 1);
            _bench.Time.Advance(TimeSpan.FromMinutes(50));
            await _bench.KeepAsync(earlier, 2);
        }

        _bench.Boot = boot;
        _bench.Time.Advance(TimeSpan.FromMinutes(15));
        using PayloadSpool spool = _bench.Open();
        spool.Items.ShouldBe(1);

        _bench.Time.Step(Days);
        SpoolBench.Drain(spool).ShouldBe([2]);
    }

    [Fact]
    public async Task Open_AFileOfAnOlderVersion_IsDelivered()
    {
        // Without a boot there is no stamp, as in files of older versions.
        _bench.Boot = 0;
        using (PayloadSpool earlier = _bench.Open())
        {
            await _bench.KeepAsync(earlier, 1);
        }

        byte[] file = await File.ReadAllBytesAsync(Path.Combine(_bench.Settings.Path, _bench.Payloads[0]));
        file[5..8].ShouldBe([0, 0, 0]);
        _bench.Boot = 0xABCDEF;
        using PayloadSpool spool = _bench.Open();

        SpoolBench.Drain(spool).ShouldBe([1]);
    }

    [Fact]
    public void ThisBoot_OnThisMachine_IsTheStartOfTheKernelsBootId() =>
        File.ReadAllText("/proc/sys/kernel/random/boot_id").ShouldStartWith($"{SpoolClock.ThisBoot():x6}");

    public void Dispose() => _bench.Dispose();
}
