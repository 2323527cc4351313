using Agent.Export.Spool;

namespace Agent.Tests.Export.Spool;

public sealed class FailingDiskTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    [Fact]
    public async Task Keep_TheDiskFails_HoldsInMemoryAndSaysSoOnce()
    {
        _bench.BreakDisk();
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2, 3);

        spool.Items.ShouldBe(3);
        spool.Bytes.ShouldBeGreaterThan(0);
        SpoolBench.Drain(spool).ShouldBe([1, 2, 3]);
        string line = _bench.Log.All.ShouldHaveSingleItem();
        line.ShouldContain($"The spool in {_bench.Settings.Path} cannot be used");
        line.ShouldContain("Export:Spool:MaxMemoryBytes");
    }

    [Fact]
    public async Task Keep_BeyondMaxMemoryBytes_DropsTheOldestAndCounts()
    {
        _bench.BreakDisk();
        _bench.Settings.MaxMemoryBytes = 2500;
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 50, 51, 52, 53, 54);

        spool.Bytes.ShouldBeLessThanOrEqualTo(2500);
        long dropped = _bench.Tallies.Dropped["disk"];
        dropped.ShouldBeGreaterThan(0);
        SpoolBench.Drain(spool).ShouldBe(new long[] { 50, 51, 52, 53, 54 }.Skip((int)dropped));
    }

    [Fact]
    public async Task Admit_TheDiskWorksAgain_MovesMemoryThereInOrder()
    {
        using (PayloadSpool earlier = _bench.Open())
        {
            await _bench.KeepAsync(earlier, 1);
        }

        string[] before = [.. _bench.Payloads.Select(name => Path.Combine(_bench.Settings.Path, name))];
        byte[] saved = await File.ReadAllBytesAsync(before[0]);
        Directory.Delete(_bench.Settings.Path, recursive: true);
        _bench.BreakDisk();
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 2, 3);

        _bench.MendDisk();
        Directory.CreateDirectory(_bench.Settings.Path);
        await File.WriteAllBytesAsync(before[0], saved);
        await _bench.KeepAsync(spool, 4);

        _bench.Payloads.Length.ShouldBe(4);
        _bench.Log.All[^1].ShouldContain("can be used again; 2 export(s) were written to it from memory");
        SpoolBench.Drain(spool).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task Close_TheDiskStillFails_SaysWhatIsLost()
    {
        _bench.BreakDisk();
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2);

        await spool.CloseAsync();

        _bench.Log.All[^1].ShouldContain("2 export(s) kept in memory are dropped");
    }

    [Fact]
    public async Task Close_TheDiskWorksAgain_WritesWhatIsInMemory()
    {
        _bench.BreakDisk();
        using (PayloadSpool spool = _bench.Open())
        {
            await _bench.KeepAsync(spool, 1, 2);
            _bench.MendDisk();
            await spool.CloseAsync();
        }

        using PayloadSpool next = _bench.Open();
        SpoolBench.Drain(next).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Open_AnotherAgentHoldsIt_StaysInMemoryUntilThatEnds()
    {
        using PayloadSpool first = _bench.Open();
        using PayloadSpool second = _bench.Open();
        await _bench.KeepAsync(first, 1);
        await _bench.KeepAsync(second, 2);

        _bench.Log.All.ShouldHaveSingleItem().ShouldContain("another agent uses it; give each its own Export:Spool:Path");
        SpoolBench.Drain(first).ShouldBe([1]);

        first.Dispose();
        await _bench.KeepAsync(second, 3);
        _bench.Payloads.Length.ShouldBe(2);
        SpoolBench.Drain(second).ShouldBe([2, 3]);
    }

    public void Dispose() => _bench.Dispose();
}
