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

    public long Total
    {
        get
        {
            long total = 0;
            foreach (long count in _counts)
            {
                total += count;
            }

            return total;
        }
    }

    public static int Slot(TcpSocketKind kind, TcpState state) => ((int)kind * Stride) | (int)state;

    public static TcpSocketKind KindOf(int slot) => (TcpSocketKind)(slot / Stride);

    public static TcpState StateOf(int slot) => (TcpState)(slot % Stride);

    /// <summary>Counts one socket under the kernel's own code; a code outside the table counts as unknown.</summary>
    public void Add(TcpSocketKind kind, int code) => _counts[Slot(kind, TcpStates.FromCode(code))]++;

    public void Set(TcpSocketKind kind, TcpState state, long count) => _counts[Slot(kind, state)] = count;

    /// <summary>All sockets of one family.</summary>
    public long TotalOf(SocketFamily family)
    {
        long total = 0;
        for (int slot = 0; slot < SlotCount; slot++)
        {
            total += KindOf(slot).Family() == family ? _counts[slot] : 0;
        }

        return total;
    }

    public long Unknown(SocketFamily family)
    {
        long total = 0;
        for (int kind = 0; kind < TcpSocketKinds.Count; kind++)
        {
            if (((TcpSocketKind)kind).Family() == family)
            {
                total += this[(TcpSocketKind)kind, TcpState.Unknown];
            }
        }

        return total;
    }

    /// <summary>Forgets one family: what was counted of a table whose reading failed is not a result.</summary>
    public void Clear(SocketFamily family)
    {
        for (int kind = 0; kind < TcpSocketKinds.Count; kind++)
        {
            if (((TcpSocketKind)kind).Family() == family)
            {
                Array.Clear(_counts, kind * Stride, Stride);
            }
        }
    }

    public void CopyFrom(ConnectionCounts other, SocketFamily family)
    {
        for (int kind = 0; kind < TcpSocketKinds.Count; kind++)
        {
            if (((TcpSocketKind)kind).Family() == family)
            {
                other._counts.AsSpan(kind * Stride, Stride).CopyTo(_counts.AsSpan(kind * Stride));
            }
        }
    }

    public void Clear() => Array.Clear(_counts);
}
