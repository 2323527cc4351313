using Agent.Tcp.Interop;
using Agent.Tcp.Tests.SockDiag.Foreign;
using Agent.Tcp.Tests.Support;
using Agent.Tcp.Totals;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Totals;

/// <summary>The real sysctls, of this process's own namespace and of others.</summary>
public sealed class NamespaceHashReaderTests
{
    private const string ChildEntries = "/proc/sys/net/ipv4/tcp_child_ehash_entries";

    [Fact]
    public void Read_OwnNamespace_IsWhatTheFilesSayToAnyUser()
    {
        SkipUnlessInKernel();
        TcpNamespace own = Own();

        NamespaceHash hash = OwnThread.Run(() =>
        {
            ThreadUser.Become();
            return NamespaceHashReader.Read(own);
        });

        hash.Buckets.ShouldBe(long.Parse(File.ReadAllText("/proc/sys/net/ipv4/tcp_ehash_entries")));
        hash.OfChildren.ShouldBe(NamespaceHashReader.OfOwnChildren.ShouldNotBeNull());
        NamespaceHashReader.OfOwnChildren.ShouldBe(long.Parse(File.ReadAllText(ChildEntries)));
    }

    [Fact]
    public void Read_NamespacesThatShareAndThatDoNot_TellsThemApart()
    {
        SkipUnlessInKernel();
        using var sharing = ForeignSpace.CreateOrSkip();

        // The setting is that of the namespace from which the new one is created, and is not inherited.
        sharing.Run(() => File.WriteAllText(ChildEntries, "1000"));
        using var own = ForeignSpace.CreateIn(sharing);

        NamespaceHashReader.Read(sharing.Space()).ShouldSatisfyAllConditions(
            hash => hash.Buckets.ShouldNotBeNull().ShouldBeLessThan(0),
            hash => hash.OfChildren.ShouldBe(1000));
        NamespaceHashReader.Read(own.Space()).ShouldBe(new NamespaceHash(Buckets: 1024, OfChildren: 0));
        Libc.Inode(new ProcPath("/proc/thread-self/net/tcp").Bytes).ShouldBe(Own().Inode, "this thread is where it was");
    }

    [Fact]
    public void Read_ANamespaceThatMayNotBeEntered_IsUnknown()
    {
        using var space = ForeignSpace.CreateOrSkip();

        NamespaceHash hash = OwnThread.Run(() =>
        {
            ThreadUser.Become();
            return NamespaceHashReader.Read(space.Space());
        });

        hash.ShouldBe(new NamespaceHash(null, null));
    }

    [Fact]
    public void IsOwnShared_InANamespaceWithAHashOfItsOwn_IsFalse()
    {
        SkipUnlessInKernel();
        using var sharing = ForeignSpace.CreateOrSkip();
        sharing.Run(() => File.WriteAllText(ChildEntries, "1024"));
        using var own = ForeignSpace.CreateIn(sharing);

        sharing.Run(() => NamespaceHashReader.IsOwnShared.ShouldBeTrue());
        own.Run(() => NamespaceHashReader.IsOwnShared.ShouldBeFalse());
    }

    private static void SkipUnlessInKernel() => Assert.SkipUnless(File.Exists(ChildEntries), "Needs Linux 6.1 or later.");

    private static TcpNamespace Own() =>
        new("/proc", "self", NamespaceIdentity.Other, Libc.Inode(new ProcPath("/proc/self/net/tcp").Bytes));
}
