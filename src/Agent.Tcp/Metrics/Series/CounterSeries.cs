using Agent.Tcp.Metrics.Definitions;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// The points of the kernel's counters for the namespaces of one group: what was counted while they were in it, so that a
/// namespace that moves to another group takes nothing along. A sum never falls: what a namespace had counted stays when
/// it goes, and while it cannot be read; with none that can be read there is no point.
/// </summary>
internal sealed class CounterSeries(NamespaceGroup group, CounterTotals totals) : NamespaceSeries
{
    private readonly Point<long>[] _points = new Point<long>[TcpCounters.Count];
    private readonly bool[] _isKnown = new bool[TcpCounters.Count];

    /// <summary>The kernel has counted something, in the time of this process or before.</summary>
    private readonly bool[] _isSeen = new bool[TcpCounters.Count];
    private int _replacements = totals.Replacements;
    private readonly CounterTotal _total = totals.Of(group.Name);

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
        Array.Clear(_isKnown);
    }

    public override void Add(Reading reading, NamespaceCounters? counters)
    {
        if (counters is null)
        {
            return;
        }

        for (var counter = TcpCounter.ActiveOpens; (int)counter < TcpCounters.Count; counter++)
        {
            _total.Add(counter, counters.Take(counter));
            _isKnown[(int)counter] |= counters.IsKnown(counter);
            _isSeen[(int)counter] |= counters[counter] > 0;
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into)
    {
        FollowReplacement();
        int added = 0;
        CounterInstrument definition = CounterInstruments.All[instrument];
        foreach ((TcpCounter counter, string? value) in definition.Counters)
        {
            ref Point<long> point = ref _points[(int)counter];
            if (!IsKnown(counter) || !(point.Exists || group.IsHost || _isSeen[(int)counter] || _total[counter] > 0))
            {
                continue;
            }

            if (!point.Exists)
            {
                point = new Point<long>(
                    value is null ? group.Attributes : [.. group.Attributes, new(definition.Definition.Attributes[0].Key, value)]);
                added++;
            }

            into.Add(point.With(_total.Report(counter)));
        }

        return added;
    }

    /// <summary>What is beyond the limit has counted what it has, also when all of it has got series of its own.</summary>
    private bool IsKnown(TcpCounter counter) => _isKnown[(int)counter] || (group.IsBeyond && _total[counter] > 0);

    /// <summary>New instruments have a new start time, and count from there.</summary>
    private void FollowReplacement()
    {
        if (_replacements != totals.Replacements)
        {
            _replacements = totals.Replacements;
            totals.Continue(group.Name, _total);
        }
    }
}
