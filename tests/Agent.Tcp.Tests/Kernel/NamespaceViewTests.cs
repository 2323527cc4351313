using System.Globalization;
using Agent.Tcp.Interop;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Two real namespaces, one as the host's and one as this process's: which one a scope reads.</summary>
public sealed class NamespaceViewTests : IDisposable
{
    private readonly ProcRootView _root = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(TcpSource.Auto, "sockdiag")]
    [InlineData(TcpSource.SockDiag, "sockdiag")]
    [InlineData(TcpSource.Procfs, "procfs")]
    public void Read_ScopeOwnInAContainer_GivesTheOwnNamespaceWithItsInode(TcpSource source, string readBy)
    {
        using TestNamespace host = TestNamespace.CreateOrSkip();
        using TestNamespace own = TestNamespace.CreateOrSkip();
        using SocketWorkshop workshop = MakeDifferently(host, own);

        TcpSnapshot snapshot = Read(NamespaceScope.Own, host, own, source);

        snapshot.Reading.Source.JsonValue().ShouldBe(readBy);
        TcpNamespace space = snapshot.Namespaces.Single().Namespace;
        space.Kind.ShouldBe(NamespaceKind.Other);
        space.Attributes.ShouldBe(
            [new("linux.netns.inode", Libc.Inode(new ProcPath(own.File).Bytes).ToString(CultureInfo.InvariantCulture))]);
        snapshot.Reading.Counts.Describe().ShouldBe(workshop.Made.Describe());
    }

    /// <summary>sock_diag of the own namespace would answer too, but for the wrong one; root may enter the right one.</summary>
    [Theory]
    [InlineData(TcpSource.Auto, "sockdiag")]
    [InlineData(TcpSource.Procfs, "procfs")]
    public void Read_ScopeHostInAContainer_GivesTheNamespaceOfProcessOne(TcpSource source, string readBy)
    {
        using TestNamespace host = TestNamespace.CreateOrSkip();
        using TestNamespace own = TestNamespace.CreateOrSkip();
        using SocketWorkshop workshop = MakeDifferently(own, host);

        TcpSnapshot snapshot = Read(NamespaceScope.Host, host, own, source);

        snapshot.Reading.Source.JsonValue().ShouldBe(readBy);
        TcpNamespace space = snapshot.Namespaces.Single().Namespace;
        space.Kind.ShouldBe(NamespaceKind.Host);
        space.Attributes.ShouldBeEmpty();
        snapshot.Reading.Counts.Describe().ShouldBe(workshop.Made.Describe());
    }

    [Theory]
    [InlineData(TcpSource.Auto)]
    [InlineData(TcpSource.SockDiag)]
    [InlineData(TcpSource.Procfs)]
    public void Read_ScopeOwnOnTheHost_KnowsItForTheHosts(TcpSource source)
    {
        using TestNamespace host = TestNamespace.CreateOrSkip();

        TcpSnapshot snapshot = Read(NamespaceScope.Own, host, host, source);

        snapshot.Namespaces.Single().Namespace.Kind.ShouldBe(NamespaceKind.Host);
        snapshot.Reading.Counts.Total.ShouldBe(0);
        snapshot.Errors.ShouldBeEmpty();
    }

    /// <summary>Reads from inside the own namespace, where this process would be.</summary>
    private TcpSnapshot Read(NamespaceScope scope, TestNamespace host, TestNamespace own, TcpSource source)
    {
        _root.Link("1", host.Directory);
        _root.Link("self", own.Directory);
        var options = new TcpInstrumentationOptions { ProcRoot = _root.Path, Namespaces = scope, Source = source };
        return own.Run(() =>
        {
            using var reader = new SnapshotReader(options);
            return reader.Read();
        });
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
