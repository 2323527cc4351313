using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Namespaces.PodNames;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>Names of pods on a node as the kubelet sets it up, for a user who is not root.</summary>
public sealed class ContainerNameTests : IDisposable
{
    private const string StaticPod = "af3e4a507ec0af8c2233ee5bf0783073";

    private static readonly string Uid = Cgroups.Uid(1);
    private static readonly string Systemd = Uid.Replace('-', '_');

    private readonly FakeProc _proc = new();
    private readonly DirectoryInfo _log = Directory.CreateTempSubdirectory("agent-log-");
    private readonly FiringTime _time = new();
    private readonly string _pods;
    private readonly string _containers;

    public ContainerNameTests()
    {
        const UnixFileMode Group = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        const UnixFileMode All = Group | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(_log.FullName, All);
        _pods = _log.CreateSubdirectory("pods").FullName;
        _containers = _log.CreateSubdirectory("containers").FullName;
        File.SetUnixFileMode(_pods, Group);
        File.SetUnixFileMode(_containers, All);
    }

    public void Dispose()
    {
        _proc.Dispose();
        _log.Delete(recursive: true);
    }

    public static TheoryData<string, string> QosClasses() => new()
    {
        { $"0::/kubepods/pod{Uid}/{Cgroups.Id(2)}", Uid },
        { $"0::/kubepods/burstable/pod{Uid}/{Cgroups.Id(2)}", Uid },
        { $"0::/kubepods/besteffort/pod{Uid}/{Cgroups.Id(2)}", Uid },
        { $"0::/kubepods.slice/kubepods-pod{Systemd}.slice/cri-containerd-{Cgroups.Id(2)}.scope", Uid },
        { $"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Systemd}.slice/crio-{Cgroups.Id(2)}.scope", Uid },
        { $"4:memory:/kubepods/besteffort/pod{Uid}/{Cgroups.Id(2)}", Uid },
        { $"0::/kubepods/burstable/pod{StaticPod}/{Cgroups.Id(2)}", StaticPod },
        { $"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{StaticPod}.slice/cri-containerd-{Cgroups.Id(2)}.scope", StaticPod },
    };

    [Theory]
    [MemberData(nameof(QosClasses))]
    public void Refresh_ContainerOfAPod_HasTheNameOfItsLink(string cgroup, string uid)
    {
        AddLink("web-0", 2);
        _proc.Start(10, "a", cgroup);

        TcpNamespace found = RefreshAsUser();

        found.Identity.PodUid.ShouldBe(uid);
        found.Identity.PodName.ShouldBe("web-0");
        found.Identity.PodNamespace.ShouldBe("shop");
    }

    [Fact]
    public void Refresh_PauseIsTheOldestOfSeveralContainers_IsNamedByAnother()
    {
        AddLink("web-0", 3);
        _proc.Start(10, "a", Cgroups.Pod(1, container: 1), start: 100)
            .Start(11, "a", Cgroups.Pod(1, container: 2), start: 200)
            .Start(12, "a", Cgroups.Pod(1, container: 3), start: 300);

        TcpNamespace found = RefreshAsUser();

        found.Process.ShouldBe("10");
        found.Identity.PodName.ShouldBe("web-0");
    }

    /// <summary>The pause was the only process at first; its container came later.</summary>
    [Fact]
    public void Refresh_ContainerStartsAfterThePause_IsNamedAndStaysTheSameNamespace()
    {
        AddLink("web-0", 2);
        _proc.Start(10, "a", Cgroups.Pod(1, container: 1));
        using NamespaceDiscovery discovery = Discovery();
        TcpNamespace before = AsUser(discovery);
        before.Identity.PodName.ShouldBeNull();

        _proc.Start(11, "a", Cgroups.Pod(1, container: 2));
        _time.Advance(PodLogDirectory.MinInterval);
        TcpNamespace after = AsUser(discovery);

        after.Identity.PodName.ShouldBe("web-0");
        after.Id.ShouldBe(before.Id);
        after.Process.ShouldBe("10");
    }

    [Fact]
    public void Refresh_OnlyThePauseIsSeen_HasItsNameByUidWhereThatMayBeListedAndElseNone()
    {
        AddLink("web-0", 2);
        Directory.CreateDirectory(Path.Combine(_pods, $"shop_web-0_{Uid}"));
        _proc.Start(10, "a", Cgroups.Pod(1, container: 1));

        RefreshAsUser().Identity.PodName.ShouldBeNull("the link does not lead to a log of the kubelet");
        using NamespaceDiscovery asRoot = Discovery();
        asRoot.Refresh()[1].Identity.PodName.ShouldBe("web-0");
    }

    /// <summary>The pause has no link, but those of the pod's containers lead into a directory that is named by the pod's UID.</summary>
    [Fact]
    public void Refresh_OnlyThePauseIsSeen_HasTheNameOfAnotherContainersTarget()
    {
        File.CreateSymbolicLink(
            Path.Combine(_containers, $"web-0_shop_app-{Cgroups.Id(2)}.log"), $"/var/log/pods/shop_web-0_{Uid}/app/0.log");
        _proc.Start(10, "a", Cgroups.Pod(1, container: 1));

        TcpNamespace found = RefreshAsUser();

        found.Identity.PodName.ShouldBe("web-0");
        found.Identity.PodNamespace.ShouldBe("shop");
    }

    /// <summary>A container of the pod in a network namespace of its own tells the name for both.</summary>
    [Fact]
    public void Refresh_OtherProcessOfThePodIsInAnotherNamespace_NamesThePauseToo()
    {
        AddLink("web-0", 2);
        _proc.Start(10, "a", Cgroups.Pod(1, container: 1)).Start(11, "b", Cgroups.Pod(1, container: 2));
        using NamespaceDiscovery discovery = Discovery();

        AsUser(discovery).Identity.PodName.ShouldBe("web-0");
        discovery.Refresh()[2].Identity.PodName.ShouldBe("web-0");
    }

    [Fact]
    public void Refresh_TruncatedLink_NamesNobody()
    {
        string pod = new('p', 190);
        string link = $"{pod}_shop_worker-{Cgroups.Id(2)}"[..251];
        File.CreateSymbolicLink(Path.Combine(_containers, link + ".log"), "/nowhere");
        _proc.Start(10, "a", Cgroups.Pod(1, container: 2));

        RefreshAsUser().Identity.PodName.ShouldBeNull();
    }

    [Fact]
    public void Refresh_TruncatedLinkWithItsTarget_NamesThePod()
    {
        string pod = new('p', 190);
        string link = $"{pod}_shop_worker-{Cgroups.Id(2)}"[..251];
        File.CreateSymbolicLink(Path.Combine(_containers, link + ".log"), $"/var/log/pods/shop_{pod}_{Uid}/worker/0.log");
        _proc.Start(10, "a", Cgroups.Pod(1, container: 2));

        RefreshAsUser().Identity.PodName.ShouldBe(pod);
    }

    [Fact]
    public void Refresh_UnnamedPodInSteadyState_AllocatesNothing()
    {
        _proc.Start(10, "a", Cgroups.Pod(1, container: 1)).Start(11, "a", Cgroups.Pod(1, container: 2));
        using NamespaceDiscovery discovery = Discovery();

        Allocations.InSteadyState(() => discovery.Refresh(), warmUps: 5, rounds: 1).ShouldBe(0);
    }

    private TcpNamespace RefreshAsUser()
    {
        using NamespaceDiscovery discovery = Discovery();
        return AsUser(discovery);
    }

    /// <summary>The first namespace after the host's.</summary>
    private static TcpNamespace AsUser(NamespaceDiscovery discovery) => OwnThread.Run(() =>
    {
        ThreadUser.Become();
        return discovery.Refresh()[1];
    });

    private NamespaceDiscovery Discovery() => new(_proc.Root, PodNameSource.Create(
        new TcpInstrumentationOptions { PodLogs = _pods, ContainerLogs = _containers }, _time, NullLogger.Instance));

    private void AddLink(string pod, int container) => File.CreateSymbolicLink(
        Path.Combine(_containers, $"{pod}_shop_nginx-{Cgroups.Id(container)}.log"), Path.Combine(_pods, "none", "0.log"));
}
