using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Model;

public sealed class PeerScopeTests
{
    [Theory]
    [InlineData("127.0.0.1", "loopback")]
    [InlineData("127.255.255.254", "loopback")]
    [InlineData("126.255.255.255", "public")]
    [InlineData("128.0.0.0", "public")]
    [InlineData("::1", "loopback")]
    [InlineData("::2", "public")]
    [InlineData("::ffff:127.0.0.1", "loopback")]
    [InlineData("9.255.255.255", "public")]
    [InlineData("10.0.0.0", "private")]
    [InlineData("10.255.255.255", "private")]
    [InlineData("11.0.0.0", "public")]
    [InlineData("172.15.255.255", "public")]
    [InlineData("172.16.0.0", "private")]
    [InlineData("172.31.255.255", "private")]
    [InlineData("172.32.0.0", "public")]
    [InlineData("192.167.255.255", "public")]
    [InlineData("192.168.0.0", "private")]
    [InlineData("192.168.255.255", "private")]
    [InlineData("192.169.0.0", "public")]
    [InlineData("169.254.169.254", "private")]
    [InlineData("169.255.0.0", "public")]
    [InlineData("100.63.255.255", "public")]
    [InlineData("100.64.0.0", "private")]
    [InlineData("100.127.255.255", "private")]
    [InlineData("100.128.0.0", "public")]
    [InlineData("::ffff:10.1.2.3", "private")]
    [InlineData("::ffff:8.8.8.8", "public")]
    [InlineData("fbff:ffff::1", "public")]
    [InlineData("fc00::", "private")]
    [InlineData("fdff:ffff::1", "private")]
    [InlineData("fe00::1", "public")]
    [InlineData("fe7f:ffff::1", "public")]
    [InlineData("fe80::1", "private")]
    [InlineData("febf:ffff::1", "private")]
    [InlineData("fec0::1", "public")]
    [InlineData("2001:db8::1", "public")]
    public void Of_Peer_IsByItsAddress(string remote, string scope) =>
        PeerScopes.Of(End("192.0.2.1"), End(remote)).MetricValue().ShouldBe(scope);

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("10.0.0.1")]
    [InlineData("2001:db8::7")]
    public void Of_TheOwnAddress_IsLoopback(string address) =>
        PeerScopes.Of(End(address, 443), End(address, 50_000)).ShouldBe(PeerScope.Loopback);

    private static SocketEnd End(string text, ushort port = 1)
    {
        IPAddress address = IPAddress.Parse(text);
        byte[] bytes = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6().GetAddressBytes() : address.GetAddressBytes();
        return new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8)), port);
    }
}
