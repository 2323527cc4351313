using Agent.Tcp.Procfs;

namespace Agent.Tcp.Decoding;

/// <summary>Listings that people take for <c>/proc/net/tcp</c>: told by their headers, and udp's by its rows.</summary>
internal static class OtherListing
{
    /// <summary>Both have the same columns; udp6, udplite, raw6 and icmp too.</summary>
    public const string Udp = "/proc/net/udp or raw";

    /// <summary>
    /// <c>net/ipv4/udp.c</c> and <c>raw.c</c> end a row in <c>inode ref pointer drops</c>; tcp's ends in two columns more than
    /// the inode, or in seven.
    /// </summary>
    private const int UdpTail = 3;

    /// <summary>What listing this is the header of; null when it is none that is known, or tcp's.</summary>
    public static string? Of(ReadOnlySpan<byte> line)
    {
        var fields = new FieldCursor(line);
        if (!fields.TryNext(out ReadOnlySpan<byte> first) || !fields.TryNext(out ReadOnlySpan<byte> second))
        {
            return null;
        }

        return Is(first, "sl") && ProcNetTcpLine.HasUdpColumns(line) ? Udp
            : Is(first, "Num") && Is(second, "RefCount") ? "/proc/net/unix"
            : Is(first, "sk") && Is(second, "Eth") ? "/proc/net/netlink"
            : Is(first, "sk") && Is(second, "RefCnt") ? "/proc/net/packet"
            : (Is(first, "State") && Is(second, "Recv-Q")) || (Is(first, "Netid") && Is(second, "State")) ? "ss"
            : (Is(first, "Proto") && Is(second, "Recv-Q")) || (Is(first, "Active") && Is(second, "Internet")) ? "netstat"
            : null;
    }

    /// <summary>Whether a row without a header is one of udp: by its columns, in one of the two states that udp has.</summary>
    public static bool IsUdpRow(ref readonly ProcNetTcpRow row, int tailFields) =>
        tailFields == UdpTail && row.Code is (int)TcpState.Closed or (int)TcpState.Established;

    public static string Describe(string listing) => $"this is output of {listing}, not of /proc/net/tcp or tcp6";

    private static bool Is(ReadOnlySpan<byte> field, string word) => Ascii.Equals(field, word);
}
