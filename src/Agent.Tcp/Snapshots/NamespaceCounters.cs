namespace Agent.Tcp.Snapshots;

/// <summary>The kernel's counters of one namespace, as last read. Kept for as long as the namespace lives.</summary>
internal sealed class NamespaceCounters
{
    private readonly long[] _values = new long[TcpCounters.Count];
    private readonly bool[] _exists = new bool[TcpCounters.Count];
    private readonly bool[] _isKnown = new bool[TcpCounters.Count];

    /// <summary>When they were last read, by the clock's timestamp; null when they never were.</summary>
    public long? ReadAt { get; set; }

    /// <summary>The value last read; 0 where there never was one.</summary>
    public long this[TcpCounter counter] => _values[(int)counter];

    /// <summary>It has been read once.</summary>
    public bool Exists(TcpCounter counter) => _exists[(int)counter];

    /// <summary>The last reading told it: what is there is current, or as old as a deferred reading.</summary>
    public bool IsKnown(TcpCounter counter) => _isKnown[(int)counter];

    /// <summary>A reading begins.</summary>
    public void Begin() => Array.Clear(_isKnown);

    public void Set(TcpCounter counter, long value)
    {
        _values[(int)counter] = value;
        _exists[(int)counter] = _isKnown[(int)counter] = true;
    }
}
