using Agent.Export.Spool;

namespace Agent.Tests.Export.Spool;

public sealed class PayloadSpoolTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    [Fact]
    public async Task Take_KeptPayloads_ComeOldestFirstAndLeaveNothing()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 3, 1, 2);
        spool.Items.ShouldBe(3);
        spool.Bytes.ShouldBe(_bench.Payloads.Sum(name => new FileInfo(Path.Combine(_bench.Settings.Path, name)).Length));

        SpoolBench.Drain(spool).ShouldBe([3, 1, 2]);

        (spool.Items, spool.Bytes).ShouldBe((0, 0));
        _bench.Files.ShouldBe(["lock"]);
    }

    [Fact]
    public async Task Admit_BeforeTheFirstAttempt_IsOnDiskAlready()
    {
        using (PayloadSpool spool = _bench.Open())
        {
            using HttpRequestMessage request = SpoolBench.Request(4);
            await spool.AdmitAsync(request);
            spool.Items.ShouldBe(0, "it is not kept yet");
        }

        // As after a kill: nobody has said what became of it.
        using PayloadSpool next = _bench.Open();
        SpoolBench.Drain(next).ShouldBe([4]);
    }

    [Fact]
    public async Task Remove_AfterDelivery_LeavesNoFile()
    {
        using PayloadSpool spool = _bench.Open();
        using HttpRequestMessage request = SpoolBench.Request(4);
        spool.Remove(await spool.AdmitAsync(request));

        _bench.Files.ShouldBe(["lock"]);
    }

    [Fact]
    public async Task Open_AfterARestart_GoesOnInOrder()
    {
        using (PayloadSpool first = _bench.Open())
        {
            await _bench.KeepAsync(first, 1, 2);
        }

        using PayloadSpool second = _bench.Open();
        second.Items.ShouldBe(2);
        _bench.Log.All.ShouldHaveSingleItem().ShouldContain("holds 2 export(s) of an earlier run");
        await _bench.KeepAsync(second, 3);

        SpoolBench.Drain(second).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Open_WithAFileThatWasNotFinished_DeletesIt()
    {
        using (PayloadSpool first = _bench.Open())
        {
            await _bench.KeepAsync(first, 1);
        }

        await File.WriteAllTextAsync(Path.Combine(_bench.Settings.Path, SpoolFileName.Of(9, _bench.Time.Start) + ".tmp"), "torn");
        await File.WriteAllTextAsync(Path.Combine(_bench.Settings.Path, "notes.txt"), "somebody's");
        using PayloadSpool second = _bench.Open();

        SpoolBench.Drain(second).ShouldBe([1]);
        _bench.Files.ShouldBe(["lock", "notes.txt"]);
    }

    [Fact]
    public async Task Return_NotDelivered_StaysTheOldest()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2);
        spool.Return(spool.Take()!.Value.Item);

        SpoolBench.Drain(spool).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Keep_BeyondMaxBytes_DropsTheOldestAndCounts()
    {
        _bench.Settings.MaxBytes = 3 * 1000;
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 50, 51, 52, 53, 54);

        spool.Bytes.ShouldBeLessThanOrEqualTo(3000);
        long dropped = _bench.Tallies.Dropped["size"];
        dropped.ShouldBeGreaterThan(0);
        SpoolBench.Drain(spool).ShouldBe(new long[] { 50, 51, 52, 53, 54 }.Skip((int)dropped));
        _bench.Log.All.ShouldHaveSingleItem().ShouldContain("it is full (Export:Spool:MaxBytes)");
    }

    [Fact]
    public async Task Take_OlderThanMaxAge_IsDroppedAndCounted()
    {
        _bench.Settings.MaxAge = TimeSpan.FromSeconds(10);
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2);
        _bench.Time.Advance(TimeSpan.FromSeconds(8.6));
        await _bench.KeepAsync(spool, 3);

        SpoolBench.Drain(spool).ShouldBe([3]);
        _bench.Tallies.Dropped["age"].ShouldBe(2);
        _bench.Log.All.ShouldHaveSingleItem().ShouldContain("older than Export:Spool:MaxAge");
    }

    [Fact]
    public async Task Open_FilesThatAreTooOldOrTooMany_AreDropped()
    {
        using (PayloadSpool first = _bench.Open())
        {
            await _bench.KeepAsync(first, 1, 2, 3);
        }

        _bench.Settings.MaxBytes = 100;
        using PayloadSpool second = _bench.Open();

        second.Items.ShouldBe(1);
        SpoolBench.Drain(second).ShouldBe([3]);
        _bench.Tallies.Dropped["size"].ShouldBe(2);
    }

    [Fact]
    public async Task Take_ACorruptFile_IsSetAsideAndTheNextIsTaken()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2);
        string first = Path.Combine(_bench.Settings.Path, _bench.Payloads[0]);
        byte[] bytes = await File.ReadAllBytesAsync(first);
        bytes[20] ^= 1;
        await File.WriteAllBytesAsync(first, bytes);

        SpoolBench.Drain(spool).ShouldBe([2]);

        _bench.Tallies.Dropped["corrupt"].ShouldBe(1);
        _bench.Files.ShouldBe([Path.GetFileName(first) + ".corrupt", "lock"]);
        _bench.Log.All.ShouldHaveSingleItem().ShouldContain("is corrupt; it was renamed to ");
    }

    [Fact]
    public async Task Take_ManyCorruptFiles_KeepsTheNewestOnly()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, [.. Enumerable.Range(1, 20)]);
        foreach (string name in _bench.Payloads)
        {
            await File.WriteAllBytesAsync(Path.Combine(_bench.Settings.Path, name), []);
        }

        SpoolBench.Drain(spool).ShouldBeEmpty();

        _bench.Tallies.Dropped["corrupt"].ShouldBe(20);
        _bench.Files.Count(name => name.EndsWith(".corrupt", StringComparison.Ordinal)).ShouldBe(16);
    }

    [Fact]
    public async Task Take_AFileThatSomebodyDeleted_IsCountedAndTheNextIsTaken()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2);
        File.Delete(Path.Combine(_bench.Settings.Path, _bench.Payloads[0]));

        SpoolBench.Drain(spool).ShouldBe([2]);
        _bench.Tallies.Dropped["disk"].ShouldBe(1);
    }

    [Fact]
    public async Task Keep_TheDirectoryWasDeleted_MakesItAnew()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1);
        Directory.Delete(_bench.Settings.Path, recursive: true);
        await _bench.KeepAsync(spool, 2);

        SpoolBench.Drain(spool).ShouldBe([2]);
    }

    public void Dispose() => _bench.Dispose();
}
