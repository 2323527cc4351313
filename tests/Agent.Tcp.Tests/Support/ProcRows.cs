namespace Agent.Tcp.Tests.Support;

/// <summary>Rows as the kernel's format strings make them (net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c).</summary>
internal static class ProcRows
{
    public const string Header4 =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    public const string Header6 =
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    public const string Any4 = "00000000";
    public const string Loopback4 = "0100007F";
    public const string Any6 = "00000000000000000000000000000000";
    public const string Loopback6 = "00000000000000000000000001000000";
    public const string Mapped = "0000000000000000FFFF00000100007F";

    /// <summary>The remote port of slot 0.</summary>
    public const int RemotePort = 0xC350;

    /// <summary>What follows the inode of a full socket: references, pointer, timeouts, congestion window.</summary>
    public const string FullTail = " 1 00000000053cb617 100 0 0 10 0";

    /// <summary>What follows the inode of a TIME_WAIT row.</summary>
    public const string TimeWaitTail = " 3 000000000ee98812";

    /// <summary>Each slot has a port of its own: the kernel never lists the same connection twice, unless it begins again.</summary>
    public static string Row(
        int code,
        string local = Loopback4,
        string? remote = null,
        long slot = 0,
        long uid = 0,
        long inode = 4711,
        string tail = FullTail) =>
        $"{slot,4}: {local}:1F90 {remote ?? local}:{(RemotePort + slot) & 0xFFFF:X4} {code:X2} 00000000:00000000 00:00000000 00000000 {uid,5} {0,8} {inode}{tail}";

    public static string Rows(int count, int code, string local = Loopback4) =>
        string.Concat(Enumerable.Range(0, count).Select(slot => Row(code, local, slot: slot) + "\n"));

    /// <summary>A whole table: header and rows, padded as the kernel pads them.</summary>
    public static string Table(string header, params IEnumerable<string> rows) =>
        string.Concat(rows.Prepend(header).Select(line => line.PadRight(149) + "\n"));
}
