using Agent.Configuration;
using Agent.Doctor;
using Agent.Doctor.Checks;
using Agent.Export.Spool;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor.Checks;

public sealed class SpoolCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Look_NoSpool_SaysWhatThatMeans()
    {
        Finding finding = SpoolCheck.Look(new SpoolSettings());

        finding.Status.ShouldBe(CheckStatus.Skipped);
        finding.Found.ShouldContain("Export:Spool:Path");
    }

    [Fact]
    public void Look_AFolderThatCanBeMade_IsWellAndIsNotMade()
    {
        string path = _folder.File("not/yet/spool");

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = path, MaxBytes = SpoolSettings.MinBytes });

        finding.Status.ShouldBe(CheckStatus.Ok);
        finding.Found.ShouldStartWith($"{path} is not there yet and can be made by uid {FileStatus.CurrentUser}");
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Look_AFolderInUse_TellsWhatWaitsAndChangesNothing()
    {
        string path = Path.GetDirectoryName(_folder.Write("spool/" + SpoolFileName.Of(1, DateTimeOffset.UnixEpoch), "12345"))!;
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Directory.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = path, MaxBytes = SpoolSettings.MinBytes });

        finding.Status.ShouldBe(CheckStatus.Ok);
        finding.Found.ShouldStartWith($"{path} can be written by uid {FileStatus.CurrentUser}; 1 payload(s) wait in it");
        Directory.GetLastWriteTimeUtc(path).ShouldBe(DateTime.UnixEpoch, "nothing was made in it and deleted again");
    }

    [Fact]
    public void Look_RootsLockInAnothersFolder_WarnsWithPathOwnersAndCommand()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to give a folder to another user.");
        string file = _folder.Write("spool/lock", "");
        string path = Path.GetDirectoryName(file)!;
        Shell.Run("chown", "65532", path);

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = path });

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldBe($"{file} belongs to root, and the directory to uid 65532: an agent that runs as uid 65532 cannot use it");
        finding.Mend!.Anywhere.ShouldBe($"Run as root: chown -R 65532 {path}");
    }

    [Fact]
    public void Look_AFileInTheWay_FailsWithTheMend()
    {
        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = _folder.Write("spool", "") });

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Mend!.ToString().ShouldContain("Export:Spool:Path");
    }

    [Fact]
    public void Judge_ADiskSmallerThanTheBound_IsAWarning()
    {
        var settings = new SpoolSettings { Path = "/spool", MaxBytes = 10 << 20 };

        SpoolCheck.Judge(settings, isThere: true, 2, 4 << 20, 7 << 20).Status.ShouldBe(CheckStatus.Ok);
        SpoolCheck.Judge(settings, isThere: true, 2, 4 << 20, 5 << 20).Status.ShouldBe(CheckStatus.Warning);
    }

    public void Dispose() => _folder.Dispose();
}
