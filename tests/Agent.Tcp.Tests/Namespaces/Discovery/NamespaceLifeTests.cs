using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>What stays the same, and what becomes another, as processes come and go.</summary>
public sealed class NamespaceLifeTests : IDisposable
{
    private readonly FakeProc _proc = new();
    private readonly NamespaceDiscovery _discovery;

    public NamespaceLifeTests() => _discovery = new NamespaceDiscovery(_proc.Root);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Refresh_NothingChanged_GivesTheSameList()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1)).Start(20, "none");

        IReadOnlyList<TcpNamespace> first = _discovery.Refresh();

        _discovery.Refresh().ShouldBeSameAs(first);
        _discovery.Refresh().ShouldBeSameAs(first);
    }

    [Fact]
    public void Refresh_AnotherNamespaceComes_KeepsTheInstancesOfTheOthers()
    {
        _proc.Start(10, "a", Cgroups.Pod(1));
        IReadOnlyList<TcpNamespace> first = _discovery.Refresh();

        _proc.Start(5, "b", Cgroups.Pod(2));
        IReadOnlyList<TcpNamespace> second = _discovery.Refresh();

        first.Count.ShouldBe(2);
        second.Count.ShouldBe(3);
        second[0].ShouldBeSameAs(first[0]);
        second[1].ShouldBeSameAs(first[1]);
    }

    [Fact]
    public void Refresh_RepresentativeEnds_AnotherTakesOverInTheSameNamespace()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1)).Start(11, "pod", Cgroups.Pod(1, 2)).Start(12, "pod", Cgroups.Pod(1, 3));
        TcpNamespace before = _discovery.Refresh()[1];
        _proc.End(int.Parse(before.Process));

        TcpNamespace after = _discovery.Refresh()[1];

        before.Process.ShouldBe("10");
        after.Process.ShouldBe("11");
        (after.Id, after.Inode, after.Identity).ShouldBe((before.Id, before.Inode, before.Identity));
        after.Attributes.ShouldBe(before.Attributes);
        _discovery.Refresh()[1].ShouldBeSameAs(after);
    }

    [Fact]
    public void Refresh_RepresentativeBecomesAZombie_AnotherTakesOver()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1)).Start(11, "pod", Cgroups.Pod(1));
        TcpNamespace before = _discovery.Refresh()[1];
        _proc.MakeZombie(int.Parse(before.Process));

        TcpNamespace after = _discovery.Refresh()[1];

        after.Process.ShouldBe("11");
        after.Id.ShouldBe(before.Id);
    }

    [Fact]
    public void Refresh_RepresentativeEntersAnother_AnotherTakesOverAtOnce()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1)).Start(11, "pod", Cgroups.Pod(1)).Start(20, "late");
        TcpNamespace before = _discovery.Refresh()[1];
        _proc.Enter(10, "late");

        IReadOnlyList<TcpNamespace> after = _discovery.Refresh();

        after[1].Process.ShouldBe("11");
        after[1].Id.ShouldBe(before.Id);
        after.Count.ShouldBe(3);
    }

    [Fact]
    public void Refresh_OldestProcess_IsTheRepresentative()
    {
        // PIDs wrap: the oldest need not have the lowest.
        _proc.Start(10, "pod", Cgroups.Pod(1), start: 900).Start(11, "pod", Cgroups.Pod(1), start: 100)
            .Start(12, "pod", Cgroups.Pod(1), start: 500);

        _discovery.Refresh()[1].Process.ShouldBe("11");
    }

    [Fact]
    public void Refresh_OlderProcessIsNoPods_TheOneThatTellsIsTheRepresentative()
    {
        _proc.Start(10, "pod", Cgroups.Service, start: 100).Start(11, "pod", Cgroups.Container(9), start: 200)
            .Start(12, "pod", Cgroups.Pod(1), start: 300);

        TcpNamespace pod = _discovery.Refresh()[1];

        pod.Process.ShouldBe("12");
        pod.Identity.PodUid.ShouldBe(Cgroups.Uid(1));
    }

    [Fact]
    public void Refresh_HelperWasThereBeforeThePod_BecomesThePods()
    {
        _proc.Start(10, "pod", Cgroups.Service);
        TcpNamespace before = _discovery.Refresh()[1];
        before.Kind.ShouldBe(NamespaceKind.Other);

        _proc.Start(11, "pod", Cgroups.Pod(1));
        TcpNamespace after = _discovery.Refresh()[1];

        after.Kind.ShouldBe(NamespaceKind.Pod);
        after.Process.ShouldBe("11");
        after.Id.ShouldBe(before.Id, "it is the same namespace, of which more is known");
    }

    [Fact]
    public void Refresh_ProcessSeenBeforeItsRuntimeMovedIt_BecomesThePods()
    {
        _proc.Start(10, "pod", Cgroups.Service);
        _discovery.Refresh()[1].Kind.ShouldBe(NamespaceKind.Other);

        _proc.Join(10, Cgroups.Pod(1));

        _discovery.Refresh()[1].Identity.PodUid.ShouldBe(Cgroups.Uid(1));
    }

    [Fact]
    public void Refresh_ManyHelpersBeforeThePodsProcess_FindsItInBoundedSteps()
    {
        for (int pid = 100; pid < 130; pid++)
        {
            _proc.Start(pid, "pod", Cgroups.Service);
        }

        _proc.Start(130, "pod", Cgroups.Pod(1));
        int refreshes = 0;
        while (_discovery.Refresh()[1].Kind != NamespaceKind.Pod)
        {
            (++refreshes).ShouldBeLessThan(31 / RepresentativeChoice.Budget + 2);
        }

        refreshes.ShouldBeGreaterThan(0, "one refresh examines no more than its budget");
    }

    [Fact]
    public void Refresh_OnlyAHelperIsLeft_IsStillThePods()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1)).Start(11, "pod", Cgroups.Service);
        TcpNamespace before = _discovery.Refresh()[1];
        _proc.End(10);

        TcpNamespace after = _discovery.Refresh()[1];

        (after.Process, after.Id, after.Identity).ShouldBe(("11", before.Id, before.Identity));
    }

    [Fact]
    public void Refresh_LastProcessEnds_TheNamespaceIsGone()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1));
        _discovery.Refresh().Count.ShouldBe(2);
        _proc.End(10);

        _discovery.Refresh().ShouldHaveSingleItem().Kind.ShouldBe(NamespaceKind.Host);
    }

    [Fact]
    public void Refresh_NumberGivenAgainLater_IsAnotherNamespace()
    {
        _proc.Start(10, "pod", Cgroups.Pod(1));
        long before = _discovery.Refresh()[1].Id;
        _proc.End(10);
        _discovery.Refresh();
        _proc.Start(11, "pod", Cgroups.Pod(2));

        TcpNamespace after = _discovery.Refresh()[1];

        after.Id.ShouldNotBe(before);
        after.Identity.PodUid.ShouldBe(Cgroups.Uid(2));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(10)]
    public void Refresh_NumberGivenAgainBetweenTwoRefreshes_IsAnotherNamespace(int pid)
    {
        _proc.Start(10, "pod", Cgroups.Pod(1), start: 100);
        TcpNamespace before = _discovery.Refresh()[1];
        _proc.End(10).Start(pid, "pod", Cgroups.Pod(2), start: 200);

        TcpNamespace after = _discovery.Refresh()[1];

        after.Inode.ShouldBe(before.Inode);
        after.Id.ShouldNotBe(before.Id);
        after.Identity.PodUid.ShouldBe(Cgroups.Uid(2));
    }

    [Fact]
    public void Refresh_PidGivenAgainInAnotherNamespace_MovesIt()
    {
        _proc.Start(10, "a", Cgroups.Pod(1), start: 100).Start(11, "a", Cgroups.Pod(1), start: 100).Start(20, "b", Cgroups.Pod(2));
        IReadOnlyList<TcpNamespace> before = _discovery.Refresh();
        _proc.End(10).Start(10, "b", Cgroups.Pod(2), start: 200);

        IReadOnlyList<TcpNamespace> after = _discovery.Refresh();

        after.Select(one => one.Id).ShouldBe(before.Select(one => one.Id));
        after[1].Process.ShouldBe("11");
        after[2].ShouldBeSameAs(before[2]);
    }

    [Fact]
    public void Refresh_DirectoriesEvictedFromTheKernelsCache_IsTheSameNamespace()
    {
        // As after memory pressure: the same processes, and the directories have new numbers.
        _proc.Start(10, "pod", Cgroups.Pod(1), start: 100).Start(11, "pod", Cgroups.Pod(1), start: 200);
        IReadOnlyList<TcpNamespace> before = _discovery.Refresh();
        _proc.End(1).End(10).End(11);
        _proc.Start(1, FakeProc.Host, start: 1).Start(10, "pod", Cgroups.Pod(1), start: 100).Start(11, "pod", Cgroups.Pod(1), start: 200);

        _discovery.Refresh().ShouldBeSameAs(before);
    }

    [Fact]
    public void Refresh_ProcessThatUnsharesLate_IsFoundInItsTurn()
    {
        for (int pid = 1000; pid < 1300; pid++)
        {
            _proc.Start(pid, FakeProc.Host);
        }

        _discovery.Refresh();
        _discovery.Refresh();
        _proc.Enter(1299, "own");
        int refreshes = 0;
        while (_discovery.Refresh().Count != 2)
        {
            (++refreshes).ShouldBeLessThan(ProcessScan.RotationShare);
        }
    }
}
