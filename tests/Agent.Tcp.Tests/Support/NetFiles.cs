namespace Agent.Tcp.Tests.Support;

/// <summary>Texts of <c>net/snmp</c> and <c>net/netstat</c>, as Linux 6.18 prints them, shortened to two protocols each.</summary>
internal static class NetFiles
{
    /// <summary>Every TCP counter is a multiple of its column's number, so that each is known by its value.</summary>
    public static string Snmp(long times = 1) =>
        "Ip: Forwarding DefaultTTL InReceives\nIp: 1 64 5000\n"
        + "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab "
        + "InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\n"
        + $"Tcp: 1 200 120000 -1 {5 * times} {6 * times} {7 * times} {8 * times} 9 "
        + $"{10 * times} {11 * times} {12 * times} {13 * times} {14 * times} 0\n";

    /// <summary>So many connections were opened by connect(), and nothing else is told.</summary>
    public static string Opens(long opens) => $"Tcp: ActiveOpens\nTcp: {opens}\n";

    public static string Netstat(long times = 1) =>
        "TcpExt: SyncookiesSent TW DelayedACKs ListenOverflows ListenDrops TCPHPHits TCPTimeouts TCPMD5NotFound\n"
        + $"TcpExt: 1 2 3 {21 * times} {22 * times} 6 {23 * times} 8\n"
        + "IpExt: InNoRoutes InTruncatedPkts\nIpExt: 77 78\n";

    public static string Sockstat(long orphans, long pages) =>
        $"sockets: used 9\nTCP: inuse 2 orphan {orphans} tw 0 alloc 30 mem {pages}\nUDP: inuse 2 mem 0\n";
}
