using Agent.Export.Spool;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Spool;

/// <summary>Whatever somebody puts into the spool's directory, or takes out of it, while the agent runs or before.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    private readonly SpoolBench _bench = new();

    private string Lock => Path.Combine(_bench.Settings.Path, "lock");

    [Fact]
    public async Task Open_TwoFilesOfOneNumber_DeliversBothByAge()
    {
        using (PayloadSpool earlier = _bench.Open())
        {
            await _bench.KeepAsync(earlier, 1, 2);
        }

        string[] files = _bench.Payloads;
        Rename(files[1], SpoolFileName.Of(1, _bench.Time.Start.AddSeconds(1)));
        using PayloadSpool spool = _bench.Open();
        spool.Items.ShouldBe(2);
        await _bench.KeepAsync(spool, 3);

        SpoolBench.Drain(spool).ShouldBe([1, 2, 3]);
        _bench.Files.ShouldBe(["lock"]);
    }

    [Fact]
    public async Task Open_NamesThatLeadAstray_AreLeftAlone()
    {
        using (PayloadSpool earlier = _bench.Open())
        {
            await _bench.KeepAsync(earlier, 1);
        }

        string[] foreign =
        [
            "1-5.otlp", "-1-5.otlp", "9223372036854775806-1767225600000.otlp", "9223372036854775807-1767225600000.otlp",
            "0000000000000000002-9999999999999999.otlp", "x.otlp",
        ];
        foreach (string name in foreign)
        {
            await File.WriteAllTextAsync(Path.Combine(_bench.Settings.Path, name), "somebody's");
        }

        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 2);

        SpoolBench.Drain(spool).ShouldBe([1, 2]);
        _bench.Files.ShouldBe([.. foreign.Append("lock").Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task Open_PipesAndDirectoriesAndLinksAmongTheFiles_DeliversTheRest()
    {
        using (PayloadSpool earlier = _bench.Open())
        {
            await _bench.KeepAsync(earlier, 1);
        }

        string Foreign(int number, string suffix = "") => Path.Combine(_bench.Settings.Path, SpoolFileName.Of(number, _bench.Time.Start) + suffix);
        Shell.Run("mkfifo", Foreign(0), Foreign(0, ".tmp"));
        Directory.CreateDirectory(Foreign(3));
        Directory.CreateDirectory(Foreign(3, ".tmp"));
        File.CreateSymbolicLink(Foreign(4), Foreign(0));
        File.CreateSymbolicLink(Foreign(5), "/dev/zero");
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 2);

        SpoolBench.Drain(spool).ShouldBe([1, 2]);
        _bench.Log.All.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Take_AFileThatBecameAPipeOrHuge_IsLostAndTheNextIsTaken()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2, 3);
        string[] files = [.. _bench.Payloads.Select(name => Path.Combine(_bench.Settings.Path, name))];
        File.Delete(files[0]);
        Shell.Run("mkfifo", files[0]);
        using (FileStream huge = File.OpenWrite(files[1]))
        {
            huge.SetLength(1L << 40);
        }

        SpoolBench.Drain(spool).ShouldBe([3]);
        _bench.Tallies.Dropped["corrupt"].ShouldBe(2);
    }

    [Fact]
    public async Task Admit_TheDirectoryWasRemoved_IsMadeAnewWithItsLockAndTellsWhatIsGone()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1, 2);
        Directory.Delete(_bench.Settings.Path, recursive: true);
        await _bench.KeepAsync(spool, 3);

        _bench.Files.Length.ShouldBe(2);
        File.Exists(Lock).ShouldBeTrue();
        spool.Items.ShouldBe(1);
        _bench.Tallies.Dropped["disk"].ShouldBe(2);
        _bench.Log.All.ShouldHaveSingleItem().ShouldBe(
            $"Warning: 2 export(s) kept in {_bench.Settings.Path} are dropped: another process deleted their files. Counted in tcp.agent.spool.dropped.");
        using PayloadSpool second = _bench.Open();
        _bench.Log.All[^1].ShouldContain("another agent uses it");
        SpoolBench.Drain(spool).ShouldBe([3]);
    }

    [Fact]
    public async Task Admit_TheLockWasDeleted_IsTakenAnewAndNothingIsLostOrDoubled()
    {
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1);
        File.Delete(Lock);
        await _bench.KeepAsync(spool, 2);

        using PayloadSpool second = _bench.Open();
        _bench.Log.All.ShouldHaveSingleItem().ShouldContain("another agent uses it");
        SpoolBench.Drain(spool).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Admit_TheLockWasDeletedAndAnotherAgentCame_LeavesTheDirectoryToIt()
    {
        using PayloadSpool first = _bench.Open();
        await _bench.KeepAsync(first, 1);
        File.Delete(Lock);
        using PayloadSpool second = _bench.Open();
        await _bench.KeepAsync(second, 2);
        await _bench.KeepAsync(first, 3);

        _bench.Log.All[^1].ShouldContain("another agent uses it");
        first.Items.ShouldBe(1);
        SpoolBench.Drain(first).ShouldBe([3]);
        SpoolBench.Drain(second).ShouldBe([1, 2]);
        _bench.Tallies.Dropped["disk"].ShouldBe(0);
    }

    [Fact]
    public async Task Admit_ThePayloadInHandWhenTheDirectoryIsOpenedAnew_IsKeptOnce()
    {
        using PayloadSpool spool = _bench.Open();
        using HttpRequestMessage one = SpoolBench.Request(1), two = SpoolBench.Request(2);
        SpoolItem first = await spool.AdmitAsync(one);
        File.Delete(Lock);
        SpoolItem second = await spool.AdmitAsync(two);
        await spool.KeepAsync(first, one);
        await spool.KeepAsync(second, two);

        SpoolBench.Drain(spool).ShouldBe([1, 2]);
        (spool.Items, spool.Bytes).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Open_TheLockIsADirectory_SaysSoAndHoldsInMemory()
    {
        Directory.CreateDirectory(Lock);
        using PayloadSpool spool = _bench.Open();
        await _bench.KeepAsync(spool, 1);

        _bench.Log.All.ShouldHaveSingleItem().ShouldContain($"{Lock} is not a regular file; remove it");
        SpoolBench.Drain(spool).ShouldBe([1]);
    }

    /// <summary>100,000 files took 19 s to start with, most of it to delete them.</summary>
    [Fact]
    public void Open_ManyFilesAndASmallBound_DoesNotWaitForTheirDeletionAndCountsWhatIsLeft()
    {
        const int Files = 1000, Size = 100;
        Directory.CreateDirectory(_bench.Settings.Path);
        var content = new byte[Size];
        for (int number = 1; number <= Files; number++)
        {
            File.WriteAllBytes(Path.Combine(_bench.Settings.Path, SpoolFileName.Of(number, _bench.Time.Start)), content);
        }

        _bench.Settings.MaxBytes = Size * 10;
        using var gate = new ManualResetEventSlim();
        _bench.BeforeOperation = operation =>
        {
            if (operation == DiskOperation.Delete)
            {
                gate.Wait();
            }
        };
        using PayloadSpool spool = _bench.Open();

        _bench.Payloads.Length.ShouldBe(Files);
        spool.Items.ShouldBe(10);
        _bench.Tallies.Dropped["size"].ShouldBe(Files - 10);
        _bench.Log.All.Length.ShouldBe(2);
        _bench.Log.All[0].ShouldContain($"drops its oldest exports, {Files - 10} so far: it is full (Export:Spool:MaxBytes)");
        _bench.Log.All[1].ShouldContain($"holds 10 export(s) of an earlier run, {10 * Size} bytes");
        gate.Set();
        SpinWait.SpinUntil(() => _bench.Payloads.Length == 10, Deadline.Generous).ShouldBeTrue();
    }

    public void Dispose() => _bench.Dispose();

    private void Rename(string name, string other) =>
        File.Move(Path.Combine(_bench.Settings.Path, name), Path.Combine(_bench.Settings.Path, other));
}
