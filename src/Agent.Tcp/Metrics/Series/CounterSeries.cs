using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The points of the kernel's counters for the namespaces of one group. A sum never falls: what a namespace had counted
/// stays when it goes, and while it cannot be read; with none that can be read there is no point.
/// </summary>
internal sealed class CounterSeries(NamespaceGroup group, EndedCounters ended) : NamespaceSeries
{
    private readonly Point<long>[] _points = new Point<long>[TcpCounters.Count];
    private readonly long[] _sums = new long[TcpCounters.Count];
    private readonly bool[] _isKnown = new bool[TcpCounters.Count];

    /// <summary>What is added to the sum: what namespaces that have gone had counted, less what was reported before the meter's last replacement.</summary>
    private readonly long[] _offsets = ended.Take(group.Name);
    private int _replacements = ended.Replacements;

    public override int Points(int instrument)
    {
        int points = 0;
        foreach ((TcpCounter counter, _) in CounterInstruments.All[instrument].Counters)
        {
            points += _points[(int)counter].Exists ? 1 : 0;
        }

        return points;
    }

    public override void Begin()
    {
        FollowReplacement();
        Array.Clear(_sums);
        Array.Clear(_isKnown);
    }

    public override void Add(NamespaceSnapshot snapshot)
    {
        if (snapshot.Counters is not { } counters)
        {
            return;
        }

        for (int counter = 0; counter < _sums.Length; counter++)
        {
            _sums[counter] += counters[(TcpCounter)counter];
            _isKnown[counter] |= counters.IsKnown((TcpCounter)counter);
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into)
    {
        int added = 0;
        CounterInstrument definition = CounterInstruments.All[instrument];
        foreach ((TcpCounter counter, string? value) in definition.Counters)
        {
            ref Point<long> point = ref _points[(int)counter];
            long sum = _sums[(int)counter] + _offsets[(int)counter];
            if (!_isKnown[(int)counter] || (!point.Exists && !group.IsHost && sum == 0))
            {
                continue;
            }

            if (!point.Exists)
            {
                point = new Point<long>(
                    value is null ? group.Attributes : [.. group.Attributes, new(definition.Definition.Attributes[0].Key, value)]);
                added++;
            }

            into.Add(point.With(sum));
        }

        return added;
    }

    public override void Left(NamespaceSnapshot snapshot)
    {
        if (snapshot.Counters is not { } counters)
        {
            return;
        }

        FollowReplacement();
        for (int counter = 0; counter < _offsets.Length; counter++)
        {
            _offsets[counter] += counters[(TcpCounter)counter];
        }

        ended.Keep(group.Name, _offsets);
    }

    /// <summary>New instruments count from their own beginning: what the old ones have told is not told again.</summary>
    private void FollowReplacement()
    {
        if (_replacements == ended.Replacements)
        {
            return;
        }

        _replacements = ended.Replacements;
        for (int counter = 0; counter < _offsets.Length; counter++)
        {
            _offsets[counter] = -_sums[counter];
        }
    }
}
