namespace Agent.Tcp.Metrics;

/// <summary>
/// What groups of namespaces had counted when they ended, for one that comes with the same attributes: to the SDK it is
/// the same series, which must not fall. Forgotten when the meter is replaced, for series begin anew then.
/// </summary>
internal sealed class EndedCounters
{
    private readonly Dictionary<string, long[]> _byName = new(StringComparer.Ordinal);
    private volatile int _replacements;
    private int _known;

    /// <summary>How often the meter has been replaced.</summary>
    public int Replacements => _replacements;

    /// <summary>The meter has been replaced; may be called from any thread.</summary>
    public void Replaced() => Interlocked.Increment(ref _replacements);

    public void Keep(string name, long[] counted)
    {
        Refresh();
        if (counted.AsSpan().ContainsAnyExcept(0))
        {
            _byName[name] = counted;
        }
    }

    /// <summary>What a group begins with: all 0, or what its forerunner had.</summary>
    public long[] Take(string name)
    {
        Refresh();
        return _byName.Remove(name, out long[]? counted) ? [.. counted] : new long[TcpCounters.Count];
    }

    private void Refresh()
    {
        int replacements = _replacements;
        if (_known != replacements)
        {
            _known = replacements;
            _byName.Clear();
        }
    }
}
