using Agent.Tcp.Namespaces.PodNames;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.PodNames;

public sealed class PodLogNameLinkTests
{
    private const string Id = "40c0357012ab40c0357012ab40c0357012ab40c0357012ab40c0357012abcdef";

    [Theory]
    [InlineData("coredns-7db6d8ff4d-x2x9k", "kube-system", "coredns")]
    [InlineData("etcd-node-1.example.org", "kube-system", "etcd")]
    [InlineData("web-0", "shop", "a-deadbeef")]
    public void TryParseLink_KubeletLink_GivesAllParts(string pod, string space, string container)
    {
        PodLogName.TryParseLink($"{pod}_{space}_{container}-{Id}.log", out string id, out PodName name).ShouldBeTrue();

        id.ShouldBe(Id);
        name.ShouldBe(new PodName(space, pod));
    }

    /// <summary>The kubelet cuts POD_NAMESPACE_CONTAINER-ID to 251 bytes and appends .log.</summary>
    [Theory]
    [InlineData(120, true)]
    [InlineData(121, false)]
    [InlineData(184, false)]
    [InlineData(185, false)]
    [InlineData(186, false)]
    [InlineData(253, false)]
    public void TryParseLink_LongNames_AreKnownOnlyWithTheWholeId(int podLength, bool expected)
    {
        string full = $"{new string('p', podLength)}_{new string('n', 58)}_worker-{Id}";
        string link = full[..Math.Min(full.Length, 255 - 4)] + ".log";

        PodLogName.TryParseLink(link, out string id, out _).ShouldBe(expected);
        id.ShouldBe(expected ? Id : "");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".log")]
    [InlineData($"web-0_shop_nginx-{Id}")]
    [InlineData($"web-0_shop_nginx-{Id}.txt")]
    [InlineData($"web-0_shop_-{Id}.log")]
    [InlineData($"web-0_shop_{Id}.log")]
    [InlineData($"_shop_nginx-{Id}.log")]
    [InlineData($"web-0__nginx-{Id}.log")]
    [InlineData($"web-0_shop_x_nginx-{Id}.log")]
    [InlineData($"Web-0_shop_nginx-{Id}.log")]
    [InlineData($"web-0_sh\u001b[1mop_nginx-{Id}.log")]
    [InlineData("web-0_shop_nginx-40C0357012AB40c0357012ab40c0357012ab40c0357012ab40c0357012abcdef.log")]
    [InlineData("web-0_shop_nginx-40c0357012ab.log")]
    public void TryParseLink_OtherName_IsFalse(string link) => PodLogName.TryParseLink(link, out _, out _).ShouldBeFalse();
}
