namespace Agent.Tcp;

/// <summary>
/// The kernel's counters of one namespace, as last read, and by how much they grew since they were last reported. Kept for
/// as long as the namespace lives.
/// </summary>
/// <param name="isBorn">
/// The namespace began while this process watched, so all that its counters hold is counted. Of any other one the first
/// reading is the baseline: what is older has been reported before, or by nobody.
/// </param>
/// <param name="before">
/// What the namespace that last had the same number held, null for none. It may be this one: a mount keeps a namespace
/// without a process, and a container's restart then brings it back.
/// </param>
internal sealed class NamespaceCounters(bool isBorn = false, CounterValues? before = null)
{
    private readonly CounterValues _values = new();
    private readonly CounterValues _counted = new();
    private readonly bool[] _isKnown = new bool[TcpCounters.Count];
    private CounterValues? _before = before;

    /// <summary>When they were last read, by the clock's timestamp; null when they never were.</summary>
    public long? ReadAt { get; set; }

    /// <summary>The same of <c>netstat</c>, which is not read each time.</summary>
    public long? NetstatReadAt { get; set; }

    /// <summary>The values last read.</summary>
    public CounterValues Values => _values;

    /// <summary>The value last read; 0 where there never was one.</summary>
    public long this[TcpCounter counter] => _values[counter] ?? 0;

    /// <summary>The last reading told it: what is there is current, or as old as a deferred reading.</summary>
    public bool IsKnown(TcpCounter counter) => _isKnown[(int)counter];

    /// <summary>A reading of some of them begins.</summary>
    public void Begin(int first = 0, int count = TcpCounters.Count) => Array.Clear(_isKnown, first, count);

    public void Set(TcpCounter counter, long value)
    {
        _values[counter] = value;
        _isKnown[(int)counter] = true;
    }

    /// <summary>
    /// How much was counted since the last call. A counter that fell (32 bits that began again, or another namespace under
    /// the same number) has a new baseline, and counts nothing this time.
    /// </summary>
    public long Take(TcpCounter counter)
    {
        if (_values[counter] is not { } value)
        {
            return 0;
        }

        long counted = _counted[counter] ?? Baseline(counter, value);
        _counted[counter] = value;
        return Math.Max(0, value - counted);
    }

    private long Baseline(TcpCounter counter, long value)
    {
        if (_before is not null && _values.IsBelow(_before))
        {
            // Counters do not fall, so it was another namespace.
            _before = null;
        }

        return _before?[counter] ?? (isBorn && _before is null ? 0 : value);
    }
}

/// <summary>A value for each of the kernel's counters, where there is one.</summary>
internal sealed class CounterValues
{
    private readonly long?[] _values = new long?[TcpCounters.Count];

    public long? this[TcpCounter counter]
    {
        get => _values[(int)counter];
        set => _values[(int)counter] = value;
    }

    /// <summary>Whether a counter that both have is lower here.</summary>
    public bool IsBelow(CounterValues other)
    {
        for (int counter = 0; counter < _values.Length; counter++)
        {
            if (_values[counter] < other._values[counter])
            {
                return true;
            }
        }

        return false;
    }
}
