using Agent.Configuration;
using Agent.Doctor.Checks;

namespace Agent.Tests.Doctor.Checks;

public sealed class ProcOwnerCheckTests
{
    private const string Machine = "pid:[4026531836]";
    private const string Other = "pid:[4026532501]";
    private const string Container = "0::/../3a31a9d2cf4c4b1d9f9df1d0c4e6b8a73a31a9d2cf4c4b1d9f9df1d0c4e6b8a7";

    [Theory]
    [InlineData("on the machine, or with hostPID", Machine, 1, "0::/init.scope", "0::/user.slice", true, "ok")]
    [InlineData("the host's procfs, mounted into a container", Other, 2, "0::/init.scope", "0::/", true, "ok")]
    [InlineData("a node that is a container itself", Other, 1, "0::/../../../init.scope", "0::/", true, "ok")]
    [InlineData("a container's own, on Kubernetes", Other, 1, "0::/", "0::/", true, "failed")]
    [InlineData("a container's own, nobody said otherwise", Other, 1, "0::/", "0::/", false, "warning")]
    [InlineData("a pod that shares its processes", Other, 1, Container, "0::/", true, "failed")]
    [InlineData("the procfs of another PID namespace", Other, 0, "0::/", "", true, "warning")]
    [InlineData("the machine's process, a container's procfs", Machine, 0, "0::/", "", false, "warning")]
    public void Judge_EachLayout_IsTold(
        string layout, string ownPidNamespace, int pidNamespaces, string hostCgroup, string ownCgroup, bool hostExpected, string expected)
    {
        Finding finding = ProcOwnerCheck.Judge(
            new ProcOwnerFacts(ownPidNamespace, pidNamespaces, hostCgroup, ownCgroup, HasKernelThreads: false), hostExpected);

        finding.Status.Word().ShouldBe(expected, layout);
        (finding.Fix is null).ShouldBe(finding.Status == CheckStatus.Ok);
    }

    [Fact]
    public void Facts_OfThisProcess_AreRead()
    {
        ProcOwnerFacts facts = ProcOwnerFacts.Of(new DoctorContext
        {
            Configuration = AgentConfiguration.Load(null, new Dictionary<string, string>(StringComparer.Ordinal)),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
        });

        facts.OwnPidNamespace.ShouldNotBeNull().ShouldStartWith("pid:[");
        facts.PidNamespaces.ShouldBe(1);
        facts.OwnCgroup.ShouldNotBeEmpty();
        facts.HasKernelThreads.ShouldBe(facts.OwnPidNamespace == Machine);
    }

    [Theory]
    [InlineData("on the machine", Machine, 1, false, true)]
    [InlineData("the machine's procfs, mounted into a container", Other, 2, true, true)]
    [InlineData("the procfs of a node that is a container, mounted into one", Other, 2, false, false)]
    [InlineData("a node that is a container itself", Other, 1, false, false)]
    [InlineData("the machine's process, a container's procfs", Machine, 0, false, false)]
    public void IsMachines_EachLayout_IsKnownOnlyWhereItIs(
        string layout, string ownPidNamespace, int pidNamespaces, bool hasKernelThreads, bool expected) =>
        ProcOwnerCheck.IsMachines(new ProcOwnerFacts(ownPidNamespace, pidNamespaces, "", "", hasKernelThreads)).ShouldBe(expected, layout);
}
