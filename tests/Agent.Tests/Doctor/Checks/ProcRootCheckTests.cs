using Agent.Doctor.Checks;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor.Checks;

public sealed class ProcRootCheckTests
{
    [Fact]
    public void Judge_ThisMachinesProc_IsOk() => Judge("/proc").ShouldBe(Finding.Ok("/proc is a procfs and can be listed"));

    [Fact]
    public void Judge_AFolder_WarnsThatItIsACopy()
    {
        Finding finding = Judge(FixtureProcRoot.Path);

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Found.ShouldStartWith($"{FixtureProcRoot.Path} is not a procfs but ");
        finding.Fix!.ToString().ShouldContain("Tcp:ProcRoot");
    }

    [Theory]
    [InlineData("/nowhere/proc")]
    [InlineData("/dev/null")]
    public void Judge_NoFolder_FailsAndNamesIt(string path)
    {
        Finding finding = Judge(path);

        finding.Status.ShouldBe(CheckStatus.Failed);
        finding.Found.ShouldStartWith($"{path} cannot be listed: ");
        finding.Fix!.Kubernetes!.ShouldContain("hostPID: true");
    }

    private static Finding Judge(string path) => ProcRootCheck.Judge(ProcRootFacts.Of(path));
}
