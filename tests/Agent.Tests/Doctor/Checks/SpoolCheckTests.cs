using Agent.Configuration;
using Agent.Doctor;
using Agent.Doctor.Checks;
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
    public void Look_AFolderThatCanBeMade_IsWellAndLeavesNoTrace()
    {
        string path = _folder.File("spool");

        Finding finding = SpoolCheck.Look(new SpoolSettings { Path = path, MaxBytes = SpoolSettings.MinBytes });

        finding.Status.ShouldBe(CheckStatus.Ok);
        finding.Found.ShouldContain($"{path} can be written; 0 payload(s) wait in it");
        Directory.GetFiles(path).ShouldBeEmpty();
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

        SpoolCheck.Judge(settings, 2, 4 << 20, 7 << 20).Status.ShouldBe(CheckStatus.Ok);
        SpoolCheck.Judge(settings, 2, 4 << 20, 5 << 20).Status.ShouldBe(CheckStatus.Warning);
    }

    public void Dispose() => _folder.Dispose();
}
