namespace Agent.Tcp.Snapshots;

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
