using Agent.Tcp.Tests.Support;
using Agent.Tcp.Totals;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Totals;

public sealed class MemoryUnitTests
{
    private const int Small = 4096;
    private const int Middle = 16 * 1024;
    private const int Large = 64 * 1024;

    [Theory]
    [InlineData("3.10.0-1160.el7.ppc64le", Large, Large)]
    [InlineData("4.9.337", Large, Large)]
    [InlineData("4.10.0", Large, Small)]
    [InlineData("4.19.0-26-arm64", Middle, Small)]
    [InlineData("5.3.18-150300.59.93-64kb", Large, Small)]
    [InlineData("5.15.0-1053-nvidia-64k", Large, Small)]
    [InlineData("5.19.17", Large, Small)]
    [InlineData("6.0.0", Large, Large)]
    [InlineData("6.0-rc1", Middle, Middle)]
    [InlineData("6.1.0-18-arm64-16k", Middle, Middle)]
    [InlineData("6.12.0-55.el10.aarch64+64k", Large, Large)]
    [InlineData("10.0", Large, Large)]
    public void Of_Release_IsPagesButQuantaFrom410To519(string release, int pageSize, long expected) =>
        MemoryUnit.Of(release, pageSize).ShouldBe(expected);

    [Theory]
    [InlineData("5.14.0-503.el9.aarch64+64k")]
    [InlineData("4.18.0-553.el8_10.aarch64")]
    [InlineData("")]
    [InlineData("6")]
    [InlineData("linux")]
    [InlineData("-1.2")]
    [InlineData("99999999999.1")]
    public void Of_ReleaseThatDoesNotTell_IsUnknownUnlessBothAreTheSame(string release)
    {
        MemoryUnit.Of(release, Large).ShouldBeNull();
        MemoryUnit.Of(release, Small).ShouldBe(Small);
    }

    [Theory]
    [InlineData(65536, 5 * 65536L)]
    [InlineData(4096, 5 * 4096L)]
    [InlineData(null, null)]
    public void NodeTotals_AreInTheUnit_AndAbsentWithoutOne(int? unit, long? expected)
    {
        using var proc = new ProcFixture();
        proc.Write("self", "sockstat", "TCP: inuse 27 orphan 0 tw 1 alloc 30 mem 5\n");
        var space = new TcpNamespace(proc.Root, "self", NamespaceKind.Host, 1);

        new SockstatReader(unit).ReadNode(space).ShouldBe(new NodeTotals(0, expected));
    }
}
