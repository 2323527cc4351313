using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Counting;

public sealed class MappedFilterTests
{
    [Fact]
    public void Write_IsOneHostConditionOfAnyIpv4Address()
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The bytes are a little-endian machine's.");
        byte[] buffer = [.. Enumerable.Repeat((byte)0xEE, MappedFilter.Size + 1)];
        MappedFilter.Write(buffer);

        Convert.ToHexString(buffer).ShouldBe(
            "14000100" // nla_len 20, INET_DIAG_REQ_BYTECODE
            + "08101400" // INET_DIAG_BC_D_COND, yes 16: the end; no 20: past it
            + "02000000" + "FFFFFFFF" + "00000000" // AF_INET, prefix 0; any port; no address
            + "EE");
    }

    [Theory]
    [InlineData(TcpSocketKind.Ipv4Inet, 0)]
    [InlineData(TcpSocketKind.Ipv4Inet6, 2)]
    [InlineData(TcpSocketKind.Ipv6Inet6, 0)]
    public void Dump_ByTheKernel_ListsTheMappedOnesAlone(object kind, int expected)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop((TcpSocketKind)kind);
        space.Run(() => workshop.Make(TcpState.Established));

        var counter = new SocketCounter();
        SockDiagResult result = space.Run(() =>
        {
            using var transport = new NetlinkTransport();
            var query = new SockDiagQuery(SocketFamily.Inet6, 1u << (int)TcpState.Established, IsMappedOnly: true);
            return new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(10)).Read(query, counter);
        });

        result.IsWhole.ShouldBeTrue($"{result}");
        counter.Count.ShouldBe(expected);
    }
}
