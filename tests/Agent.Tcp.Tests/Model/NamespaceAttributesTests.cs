using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Identity;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Model;

public sealed class NamespaceAttributesTests
{
    private const string Uid = "7fda01c4-0ece-403d-88b4-c371d66d132a";

    [Fact]
    public void Of_Host_IsEmpty() => NamespaceAttributes.Of(NamespaceIdentity.Host, 7, 8).ShouldBeEmpty();

    [Fact]
    public void Of_PodWithoutName_IsTheUid() =>
        NamespaceAttributes.Of(new(NamespaceKind.Pod, PodUid: Uid), 7, 8).ShouldBe([new("k8s.pod.uid", Uid)]);

    [Fact]
    public void Of_PodWithName_IsUidNameAndNamespace() =>
        NamespaceAttributes.Of(new(NamespaceKind.Pod, Uid, "web-0", "shop"), 7, 8)
            .ShouldBe([new("k8s.pod.uid", Uid), new("k8s.pod.name", "web-0"), new("k8s.namespace.name", "shop")]);

    [Fact]
    public void Of_Container_IsItsId() =>
        NamespaceAttributes.Of(new(NamespaceKind.Container, ContainerId: "abc"), 7, 8).ShouldBe([new("container.id", "abc")]);

    [Fact]
    public void Of_Other_IsTheNamespacesInode() =>
        NamespaceAttributes.Of(NamespaceIdentity.Other, 7, ulong.MaxValue)
            .ShouldBe([new("linux.netns.inode", "18446744073709551615")]);

    [Fact]
    public void Of_OtherWhoseInodeMayNotBeRead_IsTheIdOfItsTable() =>
        NamespaceAttributes.Of(NamespaceIdentity.Other, ulong.MaxValue, 0)
            .ShouldBe([new("linux.netns.id", "18446744073709551615")]);

    [Theory]
    [InlineData((byte)NamespaceKind.Host, "host")]
    [InlineData((byte)NamespaceKind.Pod, "pod")]
    [InlineData((byte)NamespaceKind.Container, "container")]
    [InlineData((byte)NamespaceKind.Other, "other")]
    public void JsonValue_OfAKind_IsTheContracts(byte kind, string value) => ((NamespaceKind)kind).JsonValue().ShouldBe(value);

    [Fact]
    public void Constructor_ByKind_CarriesTheSameAttributesAsByIdentity() =>
        new TcpNamespace("/proc", "self", NamespaceKind.Other, 42).Attributes
            .ShouldBe(new TcpNamespace("/proc", "7", NamespaceIdentity.Other, 42, 3).Attributes);
}
