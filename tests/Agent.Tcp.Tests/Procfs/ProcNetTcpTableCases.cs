using System.Text;
using Agent.Tcp.Procfs;
using static Agent.Tcp.Tests.Support.ProcRows;

namespace Agent.Tcp.Tests.Procfs;

/// <summary>A table, and what is in it.</summary>
internal sealed record TableCase(
    string Name, SocketFamily Family, byte[] Text, string Counts, long Malformed = 0, RowFault Fault = RowFault.None);

internal static class ProcNetTcpTableCases
{
    private const string Established4 = "Ipv4Inet/Established=1";
    private static readonly string Good = Row(0x01);

    public static IEnumerable<TableCase> All =>
    [
        V4("empty", "", ""),
        V4("header only", Header4 + "\n", ""),
        V4("header and rows", Table(Header4, Row(0x0A, remote: Any4), Good), "Ipv4Inet/Established=1 Ipv4Inet/Listen=1"),
        V4("no header", Good + "\n", Established4),
        V4("no newline at the end", Header4 + "\n" + Good, Established4),
        V4("header alone without newline", Header4, ""),
        V4("CRLF", Header4 + "\r\n" + Good + "\r\n", Established4),
        V4("CRLF after a row that ends in its inode", Row(0x01, tail: "") + "\r\n" + Row(0x01, tail: "") + "\r\n", "Ipv4Inet/Established=2"),
        V4("CR at the end without newline", Row(0x01, tail: "") + "\r", Established4),
        V4("NUL bytes after a row", Row(0x01, tail: "") + "\0\0\0\n", Established4),
        V4("NUL bytes alone on a line", "\0\0\0\0\n" + Good + "\n", Established4, 1, RowFault.Nul),
        V4("NUL bytes and blanks alone on a line", " \0 \r\n" + Good + "\n", Established4, 1, RowFault.Nul),
        V4("NUL bytes to the end, as a file that was not written whole has them", Good + "\n" + new string('\0', 4096), Established4, 1, RowFault.Nul),
        V4("NUL bytes before a row", "\0\0" + Good + "\n" + Good + "\n", Established4, 1, RowFault.Slot),
        V4("NUL byte in an address", Good.Replace("0100007F:1F90", "01\00007F:1F90", StringComparison.Ordinal) + "\n", "", 1, RowFault.LocalAddress),
        V4("blank lines", "\n\n   \n\t\n" + Good + "\n\n", Established4),
        V4("header twice, as cat of two captures gives", Header4 + "\n" + Good + "\n" + Header4 + "\n" + Good + "\n", "Ipv4Inet/Established=2"),
        V4("over-long line of padding", Good.PadRight(9_000) + "\n" + Good + "\n", "Ipv4Inet/Established=2"),
        V4("over-long line of letters", new string('x', 9_000) + "\n" + Good + "\n", Established4, 1, RowFault.Slot),
        V4("torn row amid rows", Good + "\n" + Good[..40] + "\n" + Good + "\n", "Ipv4Inet/Established=2", 1, RowFault.Queues),
        V4("two rows run together", Good + Good + "\n", "", 1, RowFault.TwoRows),
        V4("two rows on one line", Good + " " + Good + "\n" + Good + "\n", Established4, 1, RowFault.TwoRows),
        V4("a row and the begin of another", Good + "   1: 0100\n", "", 1, RowFault.TwoRows),
        V4("a row behind its header", Header4 + " " + Good + "\n", "", 1, RowFault.TwoRows),
        V4("the header of udp", Header4 + " ref pointer drops             \n", "", 1, RowFault.OtherListing),
        V4("a row whose first half is lost", Good[30..] + "\n" + Good + "\n", Established4, 1, RowFault.Slot),
        V4("first of two faults is told", "junk\n" + Good[..20] + "\n", "", 2, RowFault.Slot),
        V4("every state", string.Concat(Enumerable.Range(1, 13).Select(code => Row(code) + "\n")),
            "Ipv4Inet/Established=1 Ipv4Inet/SynSent=1 Ipv4Inet/SynReceived=2 Ipv4Inet/FinWait1=1 Ipv4Inet/FinWait2=1 "
            + "Ipv4Inet/TimeWait=1 Ipv4Inet/Closed=1 Ipv4Inet/CloseWait=1 Ipv4Inet/LastAck=1 Ipv4Inet/Listen=1 "
            + "Ipv4Inet/Closing=1 Ipv4Inet/BoundInactive=1"),
        V4("unknown states are counted, not malformed", Row(0x00) + "\n" + Row(0x0E) + "\n" + Row(0xFF) + "\n", "Ipv4Inet/Unknown=3"),
        V4("lower case", Row(0x0A).ToLowerInvariant() + "\n", "Ipv4Inet/Listen=1"),
        V4("slot over 9999", Row(0x01, slot: 10_000) + "\n" + Row(0x01, slot: 1_234_567) + "\n", "Ipv4Inet/Established=2"),
        V4("uid over 99999", Row(0x01, uid: 123_456_789) + "\n" + Row(0x01, uid: 4_294_967_294) + "\n", "Ipv4Inet/Established=2"),
        V4("signed uid of an old kernel", Row(0x01, uid: -2, tail: " 1 ffff81002f449980 3000 0 0 2 -1") + "\n", Established4),
        V4("16-digit pointer", Row(0x01, tail: " 1 ffff81002f449980 3000 0 0 2 -1") + "\n", Established4),
        V4("20-digit pointer", Row(0x01, tail: " 1 0000ffff81002f449980 3000 0 0 2 -1") + "\n", Established4),
        V4("short TIME_WAIT row", Row(0x06, inode: 0, tail: TimeWaitTail) + "\n", "Ipv4Inet/TimeWait=1"),
        V4("TIME_WAIT row that ends in its inode", Row(0x06, inode: 0, tail: "") + "\n", "Ipv4Inet/TimeWait=1"),
        V4("extra columns", Row(0x01) + " 7 8 9 new columns\n", Established4),
        V4("a mapped row in the tcp table", Row(0x01, Mapped) + "\n" + Good + "\n", Established4, 1, RowFault.LocalAddress),
        V6("header and rows", Table(Header6, Row(0x0A, Any6), Row(0x01, Loopback6)), "Ipv6Inet6/Established=1 Ipv6Inet6/Listen=1"),
        V6("two rows on one line", Row(0x01, Loopback6) + " " + Row(0x01, Loopback6) + "\n", "", 1, RowFault.TwoRows),
        V6("mapped, both addresses", Row(0x01, Mapped) + "\n", "Ipv4Inet6/Established=1"),
        V6("mapped, the local address alone", Row(0x0A, Mapped, Any6) + "\n", "Ipv4Inet6/Listen=1"),
        V6("mapped in lower case", Row(0x01, Mapped).ToLowerInvariant() + "\n", "Ipv4Inet6/Established=1"),
        V6("mapped, in a short TIME_WAIT row", Row(0x06, Mapped, inode: 0, tail: TimeWaitTail) + "\n", "Ipv4Inet6/TimeWait=1"),
        V6("IPv4-compatible is IPv6", Row(0x01, "0000000000000000000000000100007F") + "\n", "Ipv6Inet6/Established=1"),
        V6("a row of the tcp table is malformed", Good + "\n" + Row(0x01, Loopback6) + "\n", "Ipv6Inet6/Established=1", 1, RowFault.LocalAddress),
        V6("addresses of two widths", Row(0x01, Loopback6, Loopback4) + "\n", "", 1, RowFault.RemoteAddress),
        V6("unknown states", Row(0x7F, Loopback6) + "\n" + Row(0x7F, Mapped) + "\n", "Ipv4Inet6/Unknown=1 Ipv6Inet6/Unknown=1"),
    ];

    private static TableCase V4(string name, string text, string counts, long malformed = 0, RowFault fault = RowFault.None) =>
        new("tcp: " + name, SocketFamily.Inet, Encoding.Latin1.GetBytes(text), counts, malformed, fault);

    private static TableCase V6(string name, string text, string counts, long malformed = 0, RowFault fault = RowFault.None) =>
        new("tcp6: " + name, SocketFamily.Inet6, Encoding.Latin1.GetBytes(text), counts, malformed, fault);
}
