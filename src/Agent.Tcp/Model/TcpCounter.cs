namespace Agent.Tcp;

/// <summary>The kernel's counters of one namespace that are reported.</summary>
internal enum TcpCounter : byte
{
    /// <summary>Connections begun by connect() (RFC 4022, tcpActiveOpens).</summary>
    ActiveOpens = 0,

    /// <summary>Connections taken from peers (tcpPassiveOpens).</summary>
    PassiveOpens,

    /// <summary>Connections that closed before they were established (tcpAttemptFails).</summary>
    AttemptFails,

    /// <summary>Established connections that were reset (tcpEstabResets).</summary>
    EstabResets,

    /// <summary>Segments received (tcpInSegs).</summary>
    InSegs,

    /// <summary>Segments sent, without retransmitted ones (tcpOutSegs).</summary>
    OutSegs,

    /// <summary>Segments sent again (tcpRetransSegs).</summary>
    RetransSegs,

    /// <summary>Segments received in error, such as with a bad checksum (tcpInErrs).</summary>
    InErrs,

    /// <summary>Segments sent with RST (tcpOutRsts).</summary>
    OutRsts,

    /// <summary>Connections dropped since the accept queue was full (LINUX_MIB_LISTENOVERFLOWS).</summary>
    ListenOverflows,

    /// <summary>Connections dropped by listeners for any reason, that one included (LINUX_MIB_LISTENDROPS).</summary>
    ListenDrops,

    /// <summary>Retransmission timers that fired (LINUX_MIB_TCPTIMEOUTS).</summary>
    Timeouts,
}

internal static class TcpCounters
{
    public const int Count = (int)TcpCounter.Timeouts + 1;

    private const int FirstOfNetstat = (int)TcpCounter.ListenOverflows;

    private static readonly byte[][] Columns =
    [
        "ActiveOpens"u8.ToArray(), "PassiveOpens"u8.ToArray(), "AttemptFails"u8.ToArray(), "EstabResets"u8.ToArray(),
        "InSegs"u8.ToArray(), "OutSegs"u8.ToArray(), "RetransSegs"u8.ToArray(), "InErrs"u8.ToArray(), "OutRsts"u8.ToArray(),
        "ListenOverflows"u8.ToArray(), "ListenDrops"u8.ToArray(), "TCPTimeouts"u8.ToArray(),
    ];

    /// <summary>The columns of the line <c>Tcp:</c> of <c>snmp</c>, in the order of the enumeration.</summary>
    public static ReadOnlySpan<byte[]> OfSnmp => Columns.AsSpan(0, FirstOfNetstat);

    /// <summary>The columns of the line <c>TcpExt:</c> of <c>netstat</c>, those that follow.</summary>
    public static ReadOnlySpan<byte[]> OfNetstat => Columns.AsSpan(FirstOfNetstat);
}
