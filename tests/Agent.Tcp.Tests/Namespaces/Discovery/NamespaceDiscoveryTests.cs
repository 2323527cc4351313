using System.Globalization;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>Which namespaces there are, and whose each is.</summary>
public sealed class NamespaceDiscoveryTests : IDisposable
{
    private readonly FakeProc _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Refresh_HostPodContainerAndOther_GivesEachOnceTheHostFirst()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1)).Start(11, "pod", Cgroups.Pod(1, 2))
            .Start(20, "docker", Cgroups.Container(7))
            .Start(30, "none")
            .Start(40, FakeProc.Host);

        IReadOnlyList<TcpNamespace> found = Open().Refresh();

        found.Select(one => (one.Kind, one.Process, one.Inode)).ShouldBe(
            [
                (NamespaceKind.Host, "1", _proc.Inode(FakeProc.Host)),
                (NamespaceKind.Pod, "10", _proc.Inode("pod")),
                (NamespaceKind.Container, "20", _proc.Inode("docker")),
                (NamespaceKind.Other, "30", _proc.Inode("none")),
            ]);
        found.Select(one => one.Id).ShouldBeUnique();
    }

    [Fact]
    public void Refresh_EachKind_CarriesItsAttributes()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1)).Start(20, "docker", Cgroups.Container(7)).Start(30, "none");

        IReadOnlyList<TcpNamespace> found = Open().Refresh();

        found.Select(one => one.Attributes).ShouldBe(
            [
                [],
                [new("k8s.pod.uid", Cgroups.Uid(1))],
                [new("container.id", Cgroups.Id(7))],
                [new("linux.netns.id", _proc.Inode("none").ToString(CultureInfo.InvariantCulture))],
            ]);
    }

    [Fact]
    public void Refresh_PodInTheHostsNetwork_IsTheHosts()
    {
        _proc.Start(10, FakeProc.Host, Cgroups.Pod(1));

        Open().Refresh().ShouldHaveSingleItem().Kind.ShouldBe(NamespaceKind.Host);
    }

    [Fact]
    public void Refresh_ProcessOneInAPodsCgroup_IsTheHostAllTheSame()
    {
        // The node is itself a pod's container (a cluster in a cluster).
        _proc.Join(1, Cgroups.Pod(1));

        TcpNamespace host = Open().Refresh().ShouldHaveSingleItem();

        host.Kind.ShouldBe(NamespaceKind.Host);
        host.Attributes.ShouldBeEmpty();
    }

    [Fact]
    public void Refresh_NamesThatAreNoPids_AreLeftOut()
    {
        foreach (string name in (string[])["self", "sys", "0", "-1", "1a", "99999999999", "18446744073709551616"])
        {
            Directory.CreateDirectory(Path.Combine(_proc.Root, name, "net"));
        }

        NamespaceDiscovery discovery = Open();
        discovery.Refresh().ShouldHaveSingleItem();

        discovery.Status.ShouldBe(new DiscoveryStatus(0, HostStatus.Known, Found: 1, Looks: discovery.Status.Looks));
    }

    [Fact]
    public void Refresh_ZombiesAndTheVanished_AreCounted()
    {
        _proc.Start(10, "a").Start(11, "a").MakeZombie(10).Start(12, "b").MakeZombie(12);

        NamespaceDiscovery discovery = Open();
        IReadOnlyList<TcpNamespace> found = discovery.Refresh();

        found.Select(one => one.Process).ShouldBe(["1", "11"]);
        discovery.Status.Found.ShouldBe(2);
        discovery.Status.Ended.ShouldBe(2);
    }

    [Fact]
    public void Refresh_WithoutProcessOne_SaysSoAndGuessesNothing()
    {
        using var proc = new FakeProc(withHost: false);
        proc.Start(10, "a", Cgroups.Pod(1)).Start(20, "b");
        var discovery = new NamespaceDiscovery(proc.Root);

        discovery.Refresh().ShouldAllBe(one => one.Kind == NamespaceKind.Other);
        discovery.Status.Host.ShouldBe(HostStatus.Missing);

        proc.Start(1, "b");
        discovery.Refresh().Select(one => (one.Kind, one.Process)).ShouldBe([(NamespaceKind.Host, "1"), (NamespaceKind.Pod, "10")]);
        discovery.Status.Host.ShouldBe(HostStatus.Known);

        proc.End(1);
        discovery.Refresh().ShouldAllBe(one => one.Kind == NamespaceKind.Other);
        discovery.Status.Host.ShouldBe(HostStatus.Missing);
    }

    [Fact]
    public void Refresh_WithoutAProcRoot_SaysSoAndFindsNothing()
    {
        var discovery = new NamespaceDiscovery(Path.Combine(_proc.Root, "none"));

        discovery.Refresh().ShouldBeEmpty();

        discovery.Status.RootError.ShouldBe(2, "ENOENT");
    }

    [Fact]
    public void Refresh_ProcRootThatIsNoDirectory_SaysSo()
    {
        var discovery = new NamespaceDiscovery(Path.Combine(_proc.Root, "1", "stat"));

        discovery.Refresh().ShouldBeEmpty();

        discovery.Status.RootError.ShouldBe(20, "ENOTDIR");
    }

    [Fact]
    public void Refresh_ProcRootThatGoesAway_KeepsWhatWasKnown()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1));
        NamespaceDiscovery discovery = Open();
        IReadOnlyList<TcpNamespace> before = discovery.Refresh();

        Directory.Move(_proc.Root, _proc.Root + ".gone");
        discovery.Refresh().ShouldBeSameAs(before);
        discovery.Status.RootError.ShouldBe(2);

        Directory.Move(_proc.Root + ".gone", _proc.Root);
        discovery.Refresh().ShouldBeSameAs(before);
        discovery.Status.RootError.ShouldBe(0);
    }

    private NamespaceDiscovery Open() => new(_proc.Root);
}
