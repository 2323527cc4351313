using System.Globalization;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Two real namespaces, one as the host's and one as this process's: which one a scope reads.</summary>
public sealed class NamespaceViewTests : IDisposable
{
    private readonly ProcRootView _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Read_ScopeOwnInAContainer_GivesTheOwnNamespaceWithItsInode()
    {
        using TestNamespace host = TestNamespace.CreateOrSkip();
        using TestNamespace own = TestNamespace.CreateOrSkip();
        using SocketWorkshop workshop = MakeDifferently(host, own);

        TcpSnapshot snapshot = Read(NamespaceScope.Own, host, own);

        TcpNamespace space = snapshot.Namespace.Namespace.ShouldNotBeNull();
        space.Kind.ShouldBe(NamespaceKind.Other);
        space.Attributes.ShouldBe(
            [new("linux.netns.inode", own.ToTcpNamespace().Inode.ToString(CultureInfo.InvariantCulture))]);
        snapshot.Namespace.Counts.Describe().ShouldBe(workshop.Made.Describe());
    }

    [Fact]
    public void Read_ScopeHostInAContainer_GivesTheNamespaceOfProcessOne()
    {
        using TestNamespace host = TestNamespace.CreateOrSkip();
        using TestNamespace own = TestNamespace.CreateOrSkip();
        using SocketWorkshop workshop = MakeDifferently(own, host);

        TcpSnapshot snapshot = Read(NamespaceScope.Host, host, own);

        TcpNamespace space = snapshot.Namespace.Namespace.ShouldNotBeNull();
        space.Kind.ShouldBe(NamespaceKind.Host);
        space.Attributes.ShouldBeEmpty();
        snapshot.Namespace.Counts.Describe().ShouldBe(workshop.Made.Describe());
    }

    [Fact]
    public void Read_ScopeOwnOnTheHost_KnowsItForTheHosts()
    {
        using TestNamespace host = TestNamespace.CreateOrSkip();

        TcpSnapshot snapshot = Read(NamespaceScope.Own, host, host);

        snapshot.Namespace.Namespace.ShouldNotBeNull().Kind.ShouldBe(NamespaceKind.Host);
        snapshot.Namespace.Counts.Total.ShouldBe(0);
        snapshot.Errors.ShouldBeEmpty();
    }

    private TcpSnapshot Read(NamespaceScope scope, TestNamespace host, TestNamespace own)
    {
        _root.Link("1", host.Directory);
        _root.Link("self", own.Directory);
        return new SnapshotReader(new TcpInstrumentationOptions { ProcRoot = _root.Path, Namespaces = scope }).Read();
    }

    /// <summary>A connection in the namespace that is asked for, a listener more in the other.</summary>
    private static SocketWorkshop MakeDifferently(TestNamespace other, TestNamespace asked)
    {
        using var elsewhere = new SocketWorkshop(TcpSocketKind.Ipv4Inet);
        other.Run(() => elsewhere.Make(TcpState.TimeWait));
        var workshop = new SocketWorkshop(TcpSocketKind.Ipv4Inet);
        asked.Run(() => workshop.Make(TcpState.Established));
        return workshop;
    }
}
