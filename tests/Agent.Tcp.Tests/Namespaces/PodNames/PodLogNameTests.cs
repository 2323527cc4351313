using Agent.Tcp.Namespaces.PodNames;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.PodNames;

public sealed class PodLogNameTests
{
    [Theory]
    [InlineData("kube-system_coredns-7db6d8ff4d-x2x9k_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e",
        "kube-system", "coredns-7db6d8ff4d-x2x9k", "4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("kube-system_etcd-clr-01_af3e4a507ec0af8c2233ee5bf0783073", "kube-system", "etcd-clr-01", "af3e4a507ec0af8c2233ee5bf0783073")]
    [InlineData("default_web.example.com_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e",
        "default", "web.example.com", "4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    public void TryParse_NameOfAPodsDirectory_GivesItsParts(string directory, string space, string name, string uid)
    {
        PodLogName.TryParse(directory, out string foundUid, out PodName found).ShouldBeTrue();

        found.ShouldBe(new PodName(space, name));
        foundUid.ShouldBe(uid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lost+found")]
    [InlineData("kube-system_coredns")]
    [InlineData("_coredns_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("kube-system__4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("kube-system_coredns_")]
    [InlineData("kube-system_coredns_4f8a9ae6")]
    [InlineData("kube-system_core_dns_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("shop_web\u001b[31m_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("sh\nop_web_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("shop_Web_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("shop_w\u0435b_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e")]
    [InlineData("a_b_c_d_e")]
    [InlineData("a_b_\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac")]
    public void TryParse_OtherName_IsFalse(string directory) => PodLogName.TryParse(directory, out _, out _).ShouldBeFalse();
}
