namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// The attributes after an <c>inet_diag_msg</c> (<c>struct nlattr</c>, include/uapi/linux/netlink.h): a length with its
/// own 4 bytes, a type, the value, padding to 4. Pure; never throws.
/// </summary>
internal static class InetDiagAttributes
{
    private const int HeaderSize = 4;

    /// <summary><c>NLA_TYPE_MASK</c>: without the flags for nesting and byte order.</summary>
    private const ushort TypeMask = 0x3FFF;

    /// <summary>
    /// Whether the socket is IPv6 only (<c>IPV6_V6ONLY</c>), where a listener on <c>::</c> otherwise takes IPv4 as well.
    /// Null where the kernel does not say: it says so of AF_INET6 sockets that listen or are bound.
    /// </summary>
    public static bool? V6Only(ReadOnlySpan<byte> attributes) =>
        TryFind(attributes, InetDiag.INET_DIAG_SKV6ONLY, out ReadOnlySpan<byte> value) && value.Length == 1
            ? value[0] != 0
            : null;

    /// <summary>Whether the socket is a full one: the kernel tells <c>sk_shutdown</c> of every such, and of no other.</summary>
    public static bool IsFullSocket(ReadOnlySpan<byte> attributes) => TryFind(attributes, InetDiag.INET_DIAG_SHUTDOWN, out _);

    /// <summary>What the kernel tells of the connection, where it was asked to; otherwise one that knows nothing.</summary>
    public static TcpInfo Info(ReadOnlySpan<byte> attributes) =>
        TryFind(attributes, InetDiag.INET_DIAG_INFO, out ReadOnlySpan<byte> value) ? new TcpInfo(value) : default;

    /// <summary>What the kernel measured of an established connection, where it was asked to.</summary>
    public static RoundTrip RoundTrip(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
    {
        SocketFamily family = message.idiag_family == InetDiag.AF_INET ? SocketFamily.Inet : SocketFamily.Inet6;
        SocketEnd local = message.id.idiag_src.At(message.id.idiag_sport, family);
        SocketEnd remote = message.id.idiag_dst.At(message.id.idiag_dport, family);
        TcpInfo info = Info(attributes);
        double? ratio = info is { BytesSent: > 0 and { } sent, BytesRetransmitted: { } again } ? (double)again / sent : null;
        return new RoundTrip(PeerScopes.Of(local, remote), info.RoundTrip, ratio);
    }

    private static bool TryFind(ReadOnlySpan<byte> attributes, ushort type, out ReadOnlySpan<byte> value)
    {
        while (attributes.Length >= HeaderSize)
        {
            int length = MemoryMarshal.Read<ushort>(attributes);
            if (length < HeaderSize || length > attributes.Length)
            {
                break;
            }

            if ((MemoryMarshal.Read<ushort>(attributes[2..]) & TypeMask) == type)
            {
                value = attributes[HeaderSize..length];
                return true;
            }

            attributes = attributes[Math.Min(Netlink.Align(length), attributes.Length)..];
        }

        value = default;
        return false;
    }
}
