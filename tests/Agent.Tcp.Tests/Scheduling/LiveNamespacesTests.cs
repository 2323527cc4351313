using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class LiveNamespacesTests
{
    private readonly LiveNamespaces _live = new();

    [Fact]
    public void Update_ANewcomer_IsDeferredAndNeverRead()
    {
        _live.Update([Create(id: 1)]);

        NamespaceSnapshot one = _live.Snapshots.ShouldHaveSingleItem();
        one.Status.ShouldBe(NamespaceStatus.Deferred);
        one.History.ReadAt.ShouldBeNull();
        one.Reading.HasResult.ShouldBeFalse();
    }

    [Fact]
    public void Update_TheSameList_ChangesNothingAndAllocatesNothing()
    {
        TcpNamespace[] list = [Create(id: 1), Create(id: 2)];
        _live.Update(list);
        IReadOnlyList<NamespaceSnapshot> snapshots = _live.Snapshots;

        long before = GC.GetAllocatedBytesForCurrentThread();
        _live.Update(list);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        _live.Snapshots.ShouldBeSameAs(snapshots);
    }

    [Fact]
    public void Update_AnotherRepresentative_KeepsTheReading()
    {
        TcpNamespace first = Create(id: 1, process: "10");
        TcpNamespace second = Create(id: 1, process: "11");
        _live.Update([first]);
        NamespaceSnapshot before = _live.Snapshots[0];

        _live.Update([second]);

        _live.Snapshots[0].ShouldBeSameAs(before);
        before.Namespace.ShouldBe(second);
        _live.Find(first).ShouldBeSameAs(before, "it is the same namespace");
    }

    [Fact]
    public void Update_OneHasGone_ForgetsItAndKeepsTheOrderOfTheRest()
    {
        TcpNamespace[] list = [Create(id: 1), Create(id: 2), Create(id: 3)];
        _live.Update(list);
        IReadOnlyList<NamespaceSnapshot> before = _live.Snapshots;

        _live.Update([list[2], list[0]]);

        _live.Snapshots.ShouldBe([before[2], before[0]]);
        _live.Find(list[1]).ShouldBeNull();
        before.Count.ShouldBe(3, "a list that was handed out does not change");
    }

    [Fact]
    public void Update_ItsNumberIsGivenAgain_IsAnother()
    {
        _live.Update([Create(id: 1, inode: 4711)]);
        NamespaceSnapshot before = _live.Snapshots[0];

        _live.Update([Create(id: 2, inode: 4711)]);

        _live.Snapshots[0].ShouldNotBeSameAs(before);
    }

    /// <summary>Outside of discovery there are no ids.</summary>
    [Fact]
    public void Update_WithoutIds_ToldByTheInode()
    {
        TcpNamespace outside = Create(id: 0, inode: 1);
        TcpNamespace discovered = Create(id: 1, inode: 2);
        _live.Update([outside, discovered]);

        _live.Find(outside).ShouldBeSameAs(_live.Snapshots[0]);
        _live.Find(discovered).ShouldBeSameAs(_live.Snapshots[1]);
        _live.Find(Create(id: 0, inode: 3)).ShouldBeNull();
    }

    private static TcpNamespace Create(long id, ulong inode = 1, string process = "10") =>
        new("/proc", process, NamespaceIdentity.Other, inode, id);
}
