using System.Globalization;
using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces;

public sealed class NamespaceResolverTests : IDisposable
{
    private readonly ProcFixture _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Resolve_OwnThatIsTheHosts_IsHostWithoutAttributes()
    {
        _proc.WriteHost(1, 1).LinkSelfToHost();

        TcpNamespace space = Resolve(NamespaceScope.Own);

        space.Kind.ShouldBe(NamespaceKind.Host);
        space.Attributes.ShouldBeEmpty();
        space.Tcp.ToString().ShouldBe($"{_proc.Root}/self/net/tcp");
        space.Tcp6.ToString().ShouldBe($"{_proc.Root}/self/net/tcp6");
    }

    [Fact]
    public void Resolve_OwnThatIsAnother_CarriesTheIdOfItsTable()
    {
        _proc.WriteHost(1, 1).Write("self", "tcp", "");

        TcpNamespace space = Resolve(NamespaceScope.Own);

        ulong inode = Libc.Inode(new ProcPath(_proc.Table("self", "tcp")).Bytes);
        inode.ShouldNotBe(0UL);
        space.Kind.ShouldBe(NamespaceKind.Other);
        space.Inode.ShouldBe(inode);
        space.Attributes.ShouldBe([new("linux.netns.id", inode.ToString(CultureInfo.InvariantCulture))]);
    }

    [Theory]
    [InlineData(NamespaceScope.Host)]
    [InlineData(NamespaceScope.All)]
    public void Resolve_Host_ReadsProcessOneEvenIfItsTableIsMissing(NamespaceScope scope)
    {
        TcpNamespace space = Resolve(scope);

        space.Kind.ShouldBe(NamespaceKind.Host);
        space.Attributes.ShouldBeEmpty();
        space.Tcp.ToString().ShouldBe($"{_proc.Root}/1/net/tcp");
    }

    [Fact]
    public void Resolve_Unchanged_IsTheSameObject()
    {
        _proc.WriteHost(1, 1).LinkSelfToHost();
        var resolver = new NamespaceResolver(_proc.Root, NamespaceScope.Own);

        resolver.Resolve().ShouldBeSameAs(resolver.Resolve());
    }

    [Fact]
    public void Resolve_AnotherInode_IsAnotherNamespace()
    {
        _proc.WriteHost(1, 1).Write("self", "tcp", "");
        var resolver = new NamespaceResolver(_proc.Root, NamespaceScope.Own);
        TcpNamespace first = resolver.Resolve();
        // The old file stays, or its inode might be given to the new one.
        File.Move(_proc.Table("self", "tcp"), _proc.Table("self", "old"));
        _proc.Write("self", "tcp", "");

        resolver.Resolve().Inode.ShouldNotBe(first.Inode);
    }

    [Fact]
    public void Resolve_ATableThatIsMissingForAWhile_StaysTheNamespaceItWas()
    {
        _proc.WriteHost(1, 1).LinkSelfToHost();
        var resolver = new NamespaceResolver(_proc.Root, NamespaceScope.Own);
        TcpNamespace known = resolver.Resolve();

        File.Delete(_proc.Tcp);

        resolver.Resolve().ShouldBeSameAs(known);
    }

    [Fact]
    public void Resolve_AProcRootWithASlash_HasNoDoubleSlash()
    {
        new NamespaceResolver(_proc.Root + "/", NamespaceScope.Host).Resolve().Tcp.ToString().ShouldBe($"{_proc.Root}/1/net/tcp");
    }

    [Fact]
    public void Resolve_Unchanged_AllocatesNothing()
    {
        var resolver = new NamespaceResolver("/proc", NamespaceScope.Own);

        Allocations.InSteadyState(() => resolver.Resolve(), warmUps: 1, rounds: 1_000).ShouldBe(0);
    }

    private TcpNamespace Resolve(NamespaceScope scope) => new NamespaceResolver(_proc.Root, scope).Resolve();
}
