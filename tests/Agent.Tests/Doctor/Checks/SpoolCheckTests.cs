using Agent.Doctor.Checks;
using Agent.Export.Disk;
using Agent.Export.Spool;
using Agent.Tcp.Interop;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor.Checks;

public sealed class SpoolCheckTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Look_NoSpool_SaysWhatThatMeans()
    {
        Finding finding = SpoolCheck.Look(new SpoolSettings(), Interval);

        finding.Status.ShouldBe(CheckStatus.Skipped);
        finding.Found.ShouldContain("Export:Spool:Path");
    }

    [Fact]
    public void Look_AFolderThatCanBeMade_IsWellAndIsNotMade()
    {
        string path = _folder.File("not/yet/spool");

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = path, MaxBytes = SpoolSettings.BytesBounds.Least }, Interval);

        finding.Status.ShouldBe(CheckStatus.Ok);
        finding.Found.ShouldStartWith($"{path} does not exist yet and can be created by uid {FileStatus.CurrentUser}");
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Look_AFolderInUse_TellsWhatWaitsAndChangesNothing()
    {
        string path = Path.GetDirectoryName(_folder.Write("spool/" + SpoolFileName.Of(1, DateTimeOffset.UnixEpoch), "12345"))!;
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Directory.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = path, MaxBytes = SpoolSettings.BytesBounds.Least }, Interval);

        finding.Status.ShouldBe(CheckStatus.Ok);
        finding.Found.ShouldStartWith($"{path} can be written by uid {FileStatus.CurrentUser}; 1 payload(s) in it");
        Directory.GetLastWriteTimeUtc(path).ShouldBe(DateTime.UnixEpoch, "nothing was made in it and deleted again");
    }

    [Fact]
    public void Look_RootsLockInAnothersFolder_WarnsWithPathOwnersAndCommand()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to give a folder to another user.");
        string file = _folder.Write("spool/lock", "");
        string path = Path.GetDirectoryName(file)!;
        Shell.Run("chown", "65532", path);

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = path }, Interval);

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldBe($"{file} belongs to root, and the directory to uid 65532: an agent that runs as uid 65532 cannot use it");
        finding.Fix!.Anywhere.ShouldBe($"Run as root: chown -R 65532 {path}");
    }

    [Fact]
    public void Look_AFileInTheWay_FailsWithTheFix()
    {
        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = _folder.Write("spool", "") }, Interval);

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Fix!.ToString().ShouldContain("Export:Spool:Path");
    }

    [Fact]
    public void Judge_ADiskSmallerThanTheBound_IsAWarning()
    {
        var settings = new SpoolSettings { Path = "/spool", MaxBytes = 10 << 20 };

        Judge(settings, 7 << 20, 5000).Status.ShouldBe(CheckStatus.Ok);
        Judge(settings, 5 << 20, 5000).Status.ShouldBe(CheckStatus.Warning);
    }

    /// <summary>Three days of a payload a minute are 4,320 files.</summary>
    [Theory]
    [InlineData(4317L, true)]
    [InlineData(4318L, false)]
    [InlineData(null, false)]
    public void Judge_FewFreeInodes_IsAWarning(long? files, bool isWarning)
    {
        var settings = new SpoolSettings { Path = "/spool", MaxBytes = 10 << 20, MaxAge = TimeSpan.FromDays(3) };

        Finding finding = Judge(settings, 100 << 20, files);

        finding.Status.ShouldBe(isWarning ? CheckStatus.Warning : CheckStatus.Ok);
        finding.Found.Contains("4317 free inode(s) for at most 4320 payload(s)", StringComparison.Ordinal).ShouldBe(isWarning);
    }

    [Fact]
    public void Look_ADiskWithoutInodes_WarnsWithTheirNumber()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a small disk.");
        using SmallDisk disk = SmallDisk.Mount("tmpfs", "size=1m,nr_inodes=12");

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = disk.Spool, MaxBytes = SpoolSettings.BytesBounds.Least }, Interval);

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldContain("11 free inode(s) for at most 64 payload(s)");
    }

    [Fact]
    public void Look_ADiskThatHangs_FailsAfterAWhile()
    {
        using var hung = new HungFileSystem();

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = Path.Combine(hung.Path, "spool") }, Interval);

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Found.ShouldEndWith("cannot be used: it did not answer within 3 s");
    }

    public void Dispose() => _folder.Dispose();

    private static Finding Judge(SpoolSettings settings, long freeBytes, long? freeFiles) =>
        SpoolCheck.Judge(settings, Interval, isThere: true, 2, 4 << 20, new DiskSpace(freeBytes, freeFiles));
}
