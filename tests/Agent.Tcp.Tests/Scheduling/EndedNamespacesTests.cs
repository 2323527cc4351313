using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

/// <summary>
/// A namespace ends with 50 opens, and its number is there again, with a process that has just started: it may be the same
/// one, which a mount has kept, and then only what is new counts.
/// </summary>
public sealed class EndedNamespacesTests : IDisposable
{
    private const ulong Inode = 4711;

    private readonly LiveNamespaces _live = new(new TcpMetricGroups());
    private readonly ProcFixture _proc = new();

    public EndedNamespacesTests()
    {
        Directory.CreateDirectory(Path.Combine(_proc.Root, "1"));
        WriteMounts("22 27 0:21 / /proc rw - proc proc rw\n");
    }

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Take_APodsNamespaceComesBack_CountsWhatIsNew()
    {
        End(Pod("a", id: 1));
        Opens(Pod("a", id: 2), 53).ShouldBe(3);
    }

    [Fact]
    public void Take_ThePodHasANewNamespaceUnderTheNumber_CountsAll()
    {
        End(Pod("a", id: 1));
        Opens(Pod("a", id: 2), 49).ShouldBe(49, "counters do not fall, so it is another one");
    }

    [Fact]
    public void Take_AnotherPodHasTheNumber_CountsAll()
    {
        End(Pod("a", id: 1));
        Opens(Pod("b", id: 2), 53).ShouldBe(53);
    }

    [Fact]
    public void Take_LostFromSightForAMoment_CountsWhatIsNew()
    {
        End(Other(id: 1));
        Opens(Other(id: 1), 53).ShouldBe(3, "discovery says that it is the same one");
    }

    [Fact]
    public void Take_NobodysAndAMountMayHaveKeptIt_CountsWhatIsNew()
    {
        WriteMounts("508 31 0:4 net:[4026532601] /run/netns/blue rw shared:274 - nsfs nsfs rw\n");
        End(Other(id: 1));
        Opens(Other(id: 2), 53).ShouldBe(3);
    }

    [Fact]
    public void Take_NobodysAndNoMountKeepsAny_CountsAll()
    {
        End(Other(id: 1));
        Opens(Other(id: 2), 53).ShouldBe(53);
    }

    [Fact]
    public void Take_NobodysAndTheMountsCannotBeTold_CountsWhatIsNew()
    {
        File.Delete(Path.Combine(_proc.Root, "1", "mountinfo"));
        End(Other(id: 1));
        Opens(Other(id: 2), 53).ShouldBe(3);
    }

    [Fact]
    public void Keep_MoreThanTheMost_ForgetsTheOldest()
    {
        for (int id = 1; id <= EndedNamespaces.Most + 1; id++)
        {
            End(Pod("a", id, (ulong)id));
        }

        Opens(Pod("a", id: 10_002, 2), 53).ShouldBe(3);
        Opens(Pod("a", id: 10_001, 1), 53).ShouldBe(53);
    }

    private void End(TcpNamespace space)
    {
        Opens(space, 50);
        _live.Update([]);
    }

    /// <summary>How many are counted when the namespace is found and the kernel tells so many.</summary>
    private long Opens(TcpNamespace space, long value)
    {
        _live.Update([space]);
        NamespaceCounters counters = _live.Snapshots[0].Counters!;
        counters.Begin();
        counters.Set(TcpCounter.ActiveOpens, value);
        counters.ReadAt = 1;
        return counters.Take(TcpCounter.ActiveOpens);
    }

    private TcpNamespace Pod(string uid, long id, ulong inode = Inode) =>
        new(_proc.Root, "10", new NamespaceIdentity(NamespaceKind.Pod, PodUid: uid), inode, id) { IsBorn = true };

    private TcpNamespace Other(long id) => new(_proc.Root, "10", NamespaceIdentity.Other, Inode, id) { IsBorn = true };

    private void WriteMounts(string text) => File.WriteAllText(Path.Combine(_proc.Root, "1", "mountinfo"), text);
}
