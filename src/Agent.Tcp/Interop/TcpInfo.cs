namespace Agent.Tcp.Interop;

/// <summary>
/// <c>struct tcp_info</c>, include/uapi/linux/tcp.h, as long as the kernel at hand made it: each version appended fields and
/// moved none. A field beyond the end is null, never 0. Pure; never throws.
/// </summary>
internal readonly ref struct TcpInfo(ReadOnlySpan<byte> info)
{
    private readonly ReadOnlySpan<byte> _info = info;

    /// <summary><c>tcpi_rtt</c>: the smoothed round-trip time in microseconds; null until one has been measured.</summary>
    public uint? RoundTrip => UInt32(68) is { } measured and > 0 ? measured : null;

    /// <summary><c>tcpi_rttvar</c>: its mean deviation in microseconds; null until one has been measured.</summary>
    public uint? RoundTripVariation => RoundTrip is null ? null : UInt32(72);

    /// <summary><c>tcpi_snd_cwnd</c>: the congestion window, in segments.</summary>
    public uint? CongestionWindow => UInt32(80);

    /// <summary><c>tcpi_total_retrans</c>: segments sent again.</summary>
    public uint? Retransmissions => UInt32(100);

    /// <summary><c>tcpi_min_rtt</c> (Linux 4.6): the least round-trip time of late in microseconds; null until one has been measured.</summary>
    public uint? LeastRoundTrip => UInt32(148) is { } measured and not uint.MaxValue ? measured : null;

    /// <summary><c>tcpi_delivery_rate</c> (Linux 4.9): bytes a second that last arrived at the peer; 0 until measured.</summary>
    public ulong? DeliveryRate => UInt64(160);

    /// <summary><c>tcpi_busy_time</c> (Linux 4.10): microseconds with data to send or to be acknowledged.</summary>
    public ulong? BusyTime => UInt64(168);

    /// <summary><c>tcpi_rwnd_limited</c> (Linux 4.10): microseconds of <see cref="BusyTime"/> limited by the peer's receive window.</summary>
    public ulong? ReceiveWindowLimited => UInt64(176);

    /// <summary><c>tcpi_sndbuf_limited</c> (Linux 4.10): microseconds of <see cref="BusyTime"/> limited by the own send buffer.</summary>
    public ulong? SendBufferLimited => UInt64(184);

    /// <summary><c>tcpi_bytes_sent</c> (Linux 4.19): bytes of data sent, those sent again included.</summary>
    public ulong? BytesSent => UInt64(200);

    /// <summary><c>tcpi_bytes_retrans</c> (Linux 4.19): bytes of data sent again.</summary>
    public ulong? BytesRetransmitted => UInt64(208);

    private uint? UInt32(int offset) =>
        offset + sizeof(uint) <= _info.Length ? MemoryMarshal.Read<uint>(_info[offset..]) : null;

    private ulong? UInt64(int offset) =>
        offset + sizeof(ulong) <= _info.Length ? MemoryMarshal.Read<ulong>(_info[offset..]) : null;
}
