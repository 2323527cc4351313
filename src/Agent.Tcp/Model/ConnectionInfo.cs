namespace Agent.Tcp;

/// <summary>What the kernel measured of one connection. What it does not tell is null, never 0.</summary>
internal readonly record struct ConnectionInfo
{
    /// <summary>The smoothed round-trip time in microseconds.</summary>
    public uint? RoundTrip { get; init; }

    /// <summary>In segments.</summary>
    public uint? CongestionWindow { get; init; }

    /// <summary>Bytes of data sent, those sent again included.</summary>
    public ulong? BytesSent { get; init; }

    /// <summary>Bytes of data sent again.</summary>
    public ulong? BytesRetransmitted { get; init; }

    /// <summary>Microseconds with data to send or to be acknowledged.</summary>
    public ulong? BusyTime { get; init; }

    /// <summary>Microseconds of <see cref="BusyTime"/> limited by the peer's receive window.</summary>
    public ulong? ReceiveWindowLimited { get; init; }

    /// <summary>Microseconds of <see cref="BusyTime"/> limited by the own send buffer.</summary>
    public ulong? SendBufferLimited { get; init; }
}
