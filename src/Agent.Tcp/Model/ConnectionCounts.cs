namespace Agent.Tcp;

/// <summary>Sockets counted by state and kind. A fixed block of counters, reused from one collection to the next.</summary>
internal sealed class ConnectionCounts
{
    /// <summary>A power of two above the highest state, so that a slot is one shift and one or.</summary>
    private const int Stride = 16;

    public const int SlotCount = TcpSocketKinds.Count * Stride;

    private readonly long[] _counts = new long[SlotCount];

    public long this[TcpSocketKind kind, TcpState state] => _counts[Slot(kind, state)];

    public long this[int slot] => _counts[slot];

    public long Total => Sum(_counts);

    /// <summary>Established sockets of every kind.</summary>
    public long Established => this[TcpSocketKind.Ipv4Inet, TcpState.Established]
        + this[TcpSocketKind.Ipv4Inet6, TcpState.Established] + this[TcpSocketKind.Ipv6Inet6, TcpState.Established];

    /// <summary>Established sockets that counting need not list: of the AF_INET6 ones, the rarer kind is listed in any case.</summary>
    public long Countable => this[TcpSocketKind.Ipv4Inet, TcpState.Established] + Math.Max(
        this[TcpSocketKind.Ipv4Inet6, TcpState.Established], this[TcpSocketKind.Ipv6Inet6, TcpState.Established]);

    public static int Slot(TcpSocketKind kind, TcpState state) => ((int)kind * Stride) | (int)state;

    public static TcpSocketKind KindOf(int slot) => (TcpSocketKind)(slot / Stride);

    public static TcpState StateOf(int slot) => (TcpState)(slot % Stride);

    /// <summary>Counts one socket under the kernel's own code; a code outside the table counts as unknown.</summary>
    public void Add(TcpSocketKind kind, int code) => _counts[Slot(kind, TcpStates.FromCode(code))]++;

    public void Set(TcpSocketKind kind, TcpState state, long count) => _counts[Slot(kind, state)] = count;

    /// <summary>All sockets of one family.</summary>
    public long TotalOf(SocketFamily family) => Sum(Of(family));

    public long Unknown(SocketFamily family) => family == SocketFamily.Inet
        ? this[TcpSocketKind.Ipv4Inet, TcpState.Unknown]
        : this[TcpSocketKind.Ipv4Inet6, TcpState.Unknown] + this[TcpSocketKind.Ipv6Inet6, TcpState.Unknown];

    /// <summary>Forgets one family: what was counted of a table whose reading failed is not a result.</summary>
    public void Clear(SocketFamily family) => Of(family).Clear();

    public void CopyFrom(ConnectionCounts other, SocketFamily family) => other.Of(family).CopyTo(Of(family));

    public void Clear() => Array.Clear(_counts);

    /// <summary>The slots of a family: its kinds follow one another.</summary>
    private Span<long> Of(SocketFamily family) => family == SocketFamily.Inet ? _counts.AsSpan(0, Stride) : _counts.AsSpan(Stride);

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        return total;
    }
}
