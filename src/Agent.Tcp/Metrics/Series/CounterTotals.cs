namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// What the groups of namespaces have counted since the meter was last replaced, by their attributes: to the SDK, a group
/// that comes with the attributes of one that has ended is the same series, which must not fall.
/// </summary>
internal sealed class CounterTotals
{
    private readonly Dictionary<string, CounterTotal> _byName = new(StringComparer.Ordinal);
    private volatile int _replacements;
    private int _known;

    /// <summary>How often the meter has been replaced.</summary>
    public int Replacements => _replacements;

    /// <summary>The meter has been replaced; may be called from any thread.</summary>
    public void Replaced() => Interlocked.Increment(ref _replacements);

    /// <summary>The total of a group: its forerunner's, or a new one.</summary>
    public CounterTotal Of(string name)
    {
        ForgetOlder();
        return _byName.TryGetValue(name, out CounterTotal? total) ? total : _byName[name] = new CounterTotal();
    }

    /// <summary>A group that lives goes on after a replacement: what the old instruments have reported is not reported again.</summary>
    public void Continue(string name, CounterTotal total)
    {
        ForgetOlder();
        total.BeginAgain();
        _byName[name] = total;
    }

    private void ForgetOlder()
    {
        int replacements = _replacements;
        if (_known != replacements)
        {
            _known = replacements;
            _byName.Clear();
        }
    }
}

/// <summary>What one group has counted, and how much of it has been reported.</summary>
internal sealed class CounterTotal
{
    private readonly long[] _counted = new long[TcpCounters.Count];
    private readonly long[] _reported = new long[TcpCounters.Count];

    public long this[TcpCounter counter] => _counted[(int)counter];

    public void Add(TcpCounter counter, long increase) => _counted[(int)counter] += increase;

    public long Report(TcpCounter counter) => _reported[(int)counter] = _counted[(int)counter];

    /// <summary>Counts on from what was last reported.</summary>
    public void BeginAgain()
    {
        for (int counter = 0; counter < _counted.Length; counter++)
        {
            _counted[counter] -= _reported[counter];
            _reported[counter] = 0;
        }
    }
}
