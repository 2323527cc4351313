namespace Agent.Tcp;

/// <summary>How far away a connection's peer is by its address: the attribute <c>tcp.peer.scope</c>.</summary>
internal enum PeerScope : byte
{
    /// <summary>This machine: 127.0.0.0/8, ::1, or the connection's own local address.</summary>
    Loopback = 0,

    /// <summary>
    /// RFC 1918, 100.64.0.0/10 (RFC 6598: carriers, and clusters that ran out of the others), RFC 4193 (fc00::/7), and
    /// link-local: 169.254.0.0/16 and fe80::/10.
    /// </summary>
    Private = 1,

    /// <summary>Every other address.</summary>
    Public = 2,
}

internal static class PeerScopes
{
    public const int Count = (int)PeerScope.Public + 1;

    /// <summary>The scope of a connection; IPv4-mapped addresses are IPv4.</summary>
    public static PeerScope Of(SocketEnd local, SocketEnd remote)
    {
        if (local.High == remote.High && local.Low == remote.Low)
        {
            return PeerScope.Loopback;
        }

        return remote.IsIpv4 ? OfIpv4((uint)remote.Low) : OfIpv6(remote.High, remote.Low);
    }

    public static string MetricValue(this PeerScope scope) => scope switch
    {
        PeerScope.Loopback => "loopback",
        PeerScope.Private => "private",
        _ => "public",
    };

    private static PeerScope OfIpv4(uint address) => (address >> 24, (address >> 16) & 0xFF) switch
    {
        (127, _) => PeerScope.Loopback,
        (10, _) or (172, >= 16 and <= 31) or (192, 168) or (169, 254) or (100, >= 64 and <= 127) => PeerScope.Private,
        _ => PeerScope.Public,
    };

    private static PeerScope OfIpv6(ulong high, ulong low) =>
        high == 0 && low == 1 ? PeerScope.Loopback
        : high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6 ? PeerScope.Private
        : PeerScope.Public;
}
