using Agent.Doctor.Checks;
using Agent.Doctor.Proc;
using Agent.Tcp;

namespace Agent.Tests.Doctor.Checks;

/// <summary>The checks that go by what discovery saw.</summary>
public sealed class NodeChecksTests
{
    private static readonly ProcStatus User = new(["Gid:\t8\t8\t8\t8", "Groups:\t7 9", "CapEff:\t0000000000000000"]);

    private static readonly NodeView Node = new() { HostInode = 10, HostName = "10", OwnInode = 10, Listed = 100 };

    [Theory]
    [InlineData(10ul, "this process is in it, so sock_diag reads it")]
    [InlineData(11ul, "this process is in another one, 11: ")]
    [InlineData(0ul, "is in it is unknown")]
    public void HostNamespace_Known_TellsWhetherThisProcessIsInIt(ulong own, string said)
    {
        Finding finding = HostNamespaceCheck.Judge(Node with { OwnInode = own, OwnName = own.ToString(System.Globalization.CultureInfo.InvariantCulture) }, NamespaceScope.All);

        finding.Status.ShouldBe(CheckStatus.Ok);
        finding.Found.ShouldStartWith("network namespace 10 ");
        finding.Found.ShouldContain(said);
    }

    [Theory]
    [InlineData(NamespaceScope.All, "failed")]
    [InlineData(NamespaceScope.Host, "failed")]
    [InlineData(NamespaceScope.Own, "warning")]
    public void HostNamespace_Unknown_IsAFailureWhereItIsRead(NamespaceScope scope, string expected)
    {
        Finding finding = HostNamespaceCheck.Judge(Node with { HostInode = 0, Fault = "PID 1 is not visible." }, scope);

        finding.Status.Word().ShouldBe(expected);
        finding.Found.ShouldStartWith("PID 1 is not visible.");
        finding.Fix!.Kubernetes!.ShouldContain("supplementalGroups");
    }

    [Theory]
    [InlineData("all are seen", 100, 0, 100, null, NamespaceScope.All, "ok", null)]
    [InlineData("some began meanwhile", 100, 0, 104, null, NamespaceScope.All, "ok", null)]
    [InlineData("nothing to compare with", 100, 0, null, null, NamespaceScope.All, "ok", null)]
    [InlineData("hidepid, but not from us", 100, 0, 100, "rw,hidepid=2,gid=5", NamespaceScope.All, "ok", null)]
    [InlineData("hidepid=2", 2, 0, 100, "rw,hidepid=invisible", NamespaceScope.All, "failed", "remount,gid=N")]
    [InlineData("hidepid=2 with a group", 2, 0, 100, "rw,hidepid=2,gid=5", NamespaceScope.All, "failed", "supplementalGroups: [5]")]
    [InlineData("hidepid=1", 100, 98, 100, "rw,hidepid=noaccess", NamespaceScope.All, "failed", "hidepid=0")]
    [InlineData("hidepid=1, own only", 100, 98, 100, "rw,hidepid=1", NamespaceScope.Own, "warning", "hidepid=0")]
    [InlineData("a sandbox refuses", 100, 98, 100, null, NamespaceScope.All, "failed", "security module")]
    [InlineData("something hides them without hidepid", 2, 0, 100, null, NamespaceScope.All, "failed", "security module")]
    [InlineData("a PID namespace", 46, 0, null, null, NamespaceScope.All, "ok", null)]
    [InlineData("a PID namespace, hidepid=2", 2, 0, null, "rw,hidepid=2", NamespaceScope.All, "failed", "remount,gid=N")]
    [InlineData("a PID namespace, hidepid=4", 2, 0, null, "rw,gid=5,hidepid=ptraceable", NamespaceScope.All, "failed", "remount,hidepid=invisible,gid=N")]
    [InlineData("a PID namespace, hidepid=2 with our group", 46, 0, null, "rw,hidepid=2,gid=7", NamespaceScope.All, "ok", null)]
    [InlineData("a PID namespace, hidepid=1", 46, 0, null, "rw,hidepid=1", NamespaceScope.All, "ok", null)]
    public void Processes_EachWayOfHiding_IsTold(
        string case_, int listed, int denied, int? existing, string? options, NamespaceScope scope, string expected, string? fix)
    {
        HidePid? hiding = options is null
            ? null
            : HidePid.Of(MountInfo.Of("/proc", [$"22 27 0:21 / /proc rw - proc proc {options}"]));

        Finding finding = ProcessesCheck.Judge(
            new ProcessFacts(hiding, hiding?.HidesOthersFrom(User) ?? false, existing), Node with { Listed = listed, Denied = denied }, scope);

        finding.Status.Word().ShouldBe(expected, case_);
        finding.Found.ShouldStartWith($"{listed} processes");
        (finding.Fix?.ToString() ?? "").ShouldContain(fix ?? "");
        (finding.Fix is null).ShouldBe(fix is null);
    }

    [Theory]
    [InlineData(10ul, 3, false, "ok")]
    [InlineData(10ul, 3, true, "ok")]
    [InlineData(10ul, 0, false, "ok")]
    [InlineData(10ul, 0, true, "warning")]
    [InlineData(0ul, 0, true, "failed")]
    public void Namespaces_Found_AreCountedAndPodsMissedOnKubernetes(ulong host, int pods, bool onKubernetes, string expected)
    {
        Finding finding = NamespacesCheck.Judge(Node with { HostInode = host, Pods = pods, NamedPods = pods }, onKubernetes, mayEnter: false);

        finding.Status.Word().ShouldBe(expected);
        finding.Found.ShouldContain($"{pods} of pods ({pods} with names)");
    }

    [Theory]
    [InlineData(true, "that only an open file or socket keeps alive")]
    [InlineData(false, "kept alive by a mount (ip netns add), which needs CAP_SYS_ADMIN and CAP_SYS_PTRACE to read, or by an open file or socket")]
    public void Namespaces_Found_SaysWhichAreNot(bool mayEnter, string expected) =>
        NamespacesCheck.Judge(Node, onKubernetes: false, mayEnter).Found.ShouldEndWith(expected);

    [Theory]
    [InlineData(null, 5, 3, 3, "ok")]
    [InlineData(null, 5, 3, 2, "warning")]
    [InlineData("permission denied", 0, 3, 0, "warning")]
    [InlineData("not found", 0, 0, 0, "skipped")]
    public void PodNames_OfTheLogDirectory_AreComparedWithThePods(string? fault, int logs, int pods, int named, string expected) =>
        PodNamesCheck.Judge([new PodLogFacts("/logs", fault, logs)], Node with { Pods = pods, NamedPods = named }, onKubernetes: false)
            .Status.Word().ShouldBe(expected);

    [Fact]
    public void PodNames_OnKubernetesWithoutTheMount_NamesTheMount()
    {
        Finding finding = PodNamesCheck.Judge([new PodLogFacts("/logs", "not found", 0)], Node, onKubernetes: true);

        finding.Status.ShouldBe(CheckStatus.Warning);
        finding.Fix!.Kubernetes!.ShouldContain("mount /var/log/containers");
    }

    [Fact]
    public void PodLogs_OfAFolder_AreCountedByTheirNames()
    {
        using var folder = new Support.TemporaryFolder();
        folder.Write("kube-system_dns-x2x9k_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e/0.log", "");
        folder.Write("lost+found/x", "");

        PodLogFacts.Of(folder.Path, byContainer: false).ShouldBe(new PodLogFacts(folder.Path, null, 1));
        PodLogFacts.Of(folder.File("nowhere"), byContainer: true).Fault.ShouldNotBeNull();
    }
}
