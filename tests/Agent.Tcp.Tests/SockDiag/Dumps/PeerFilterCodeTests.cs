using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Kernel;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

public sealed class PeerFilterCodeTests
{
    [Fact]
    public void Write_Mapped_IsOneHostConditionOfAnyIpv4Address() =>
        Written(PeerFilter.Mapped).ShouldBe(
            "14000100" // nla_len 20, INET_DIAG_REQ_BYTECODE
            + "08101400" // INET_DIAG_BC_D_COND, yes 16: the end; no 20: past it
            + "02000000" + "FFFFFFFF" + "00000000" // AF_INET, prefix 0; any port; no address
            + "EEEEEEEE" + "EE");

    [Fact]
    public void Write_Unmapped_IsTheSameConditionAndAJump() =>
        Written(PeerFilter.Unmapped).ShouldBe(
            "18000100" // nla_len 24
            + "08101400" // yes 16: the jump; no 20: the end
            + "02000000" + "FFFFFFFF" + "00000000"
            + "01040800" // INET_DIAG_BC_JMP: 8, past the end
            + "EE");

    [Fact]
    public void Write_None_IsNothing() => PeerFilterCode.Write([], PeerFilter.None).ShouldBe(0);

    [Theory]
    [InlineData(TcpSocketKind.Ipv4Inet, 0, 0)]
    [InlineData(TcpSocketKind.Ipv4Inet6, 2, 0)]
    [InlineData(TcpSocketKind.Ipv6Inet6, 0, 2)]
    public void Dump_ByTheKernel_ListsThatKindAlone(object kind, int mapped, int unmapped)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop((TcpSocketKind)kind);
        space.Run(() => workshop.Make(TcpState.Established));

        Count(space, PeerFilter.Mapped).ShouldBe(mapped);
        Count(space, PeerFilter.Unmapped).ShouldBe(unmapped);
    }

    private static long Count(TestNamespace space, PeerFilter filter) => space.Run(() =>
    {
        using var transport = new NetlinkTransport();
        var counter = new KnownSockets();
        var query = new SockDiagQuery(SocketFamily.Inet6, 1u << (int)TcpState.Established, filter);
        SockDiagResult result = new SockDiagReader(transport, TimeProvider.System, TimeSpan.FromSeconds(10)).Read(query, counter);
        result.IsWhole.ShouldBeTrue($"{result}");
        return counter.Count;
    });

    private static string Written(PeerFilter filter)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The bytes are a little-endian machine's.");
        byte[] buffer = [.. Enumerable.Repeat((byte)0xEE, PeerFilterCode.MaxSize + 1)];
        int length = PeerFilterCode.Write(buffer, filter);
        buffer[length..].ShouldAllBe(unwritten => unwritten == 0xEE);
        return Convert.ToHexString(buffer);
    }
}
