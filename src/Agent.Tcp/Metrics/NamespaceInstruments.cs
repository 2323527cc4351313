using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The instruments whose series come and go with the node's namespaces, of the groups that are on. They live on a meter
/// that is replaced now and then.
/// </summary>
internal sealed class NamespaceInstruments : IDisposable
{
    private readonly SharedSnapshot _shared;
    private readonly CounterTotals _totals = new();
    private readonly List<(TcpMetricDefinition Definition, ObservedInstrument<long> Instrument)> _instruments = [];

    public NamespaceInstruments(TcpInstrumentationOptions options, SharedSnapshot shared, TimeProvider time)
    {
        _shared = shared;
        List<SeriesKind> kinds = Kinds(options, time);
        Groups = new NamespaceGroups(options.MaxNamespaces, [.. kinds.Select(kind => kind.Create)]);
        for (int kind = 0; kind < kinds.Count; kind++)
        {
            for (int instrument = 0; instrument < kinds[kind].Definitions.Length; instrument++)
            {
                Add(kinds[kind].Definitions[instrument], kind, instrument);
            }
        }

        int[] limits = [.. _instruments.Select(one => SeriesLimits.Of(one.Definition, options))];
        Rotating = new RotatingMeter(Create, limits, time, () => shared.TakenAt);
    }

    /// <summary>The series.</summary>
    public NamespaceGroups Groups { get; }

    /// <summary>The meter.</summary>
    public RotatingMeter Rotating { get; }

    /// <summary>How many instruments there are.</summary>
    public int Count => _instruments.Count;

    public void Dispose() => Rotating.Dispose();

    private List<SeriesKind> Kinds(TcpInstrumentationOptions options, TimeProvider time)
    {
        TcpMetricGroups on = options.Metrics;
        List<SeriesKind> kinds =
        [
            new(static group => new ConnectionSeries(group.Attributes, group.IsHost), TcpMetricDefinitions.Connections),
        ];
        if (on.Stalled)
        {
            kinds.Add(new(SignalSeries.Stalled, TcpMetricDefinitions.Stalled));
        }

        if (on.Queues)
        {
            kinds.Add(new(SignalSeries.Queues, TcpMetricDefinitions.Queues));
        }

        if (on.Listeners)
        {
            kinds.Add(new(
                group => new ListenerSeries(group, new ListenerPorts(options.MaxListenerPorts, time)),
                TcpMetricDefinitions.Backlog,
                TcpMetricDefinitions.BacklogLimit));
        }

        if (on.Counters)
        {
            kinds.Add(new(
                group => new CounterSeries(group, _totals), [.. CounterInstruments.All.Select(one => one.Definition)]));
        }

        return kinds;
    }

    private void Add(TcpMetricDefinition definition, int kind, int instrument)
    {
        int number = _instruments.Count;
        _instruments.Add((definition, new ObservedInstrument<long>(_shared, number, into => Report(number, kind, instrument, into))));
    }

    private void Create(Meter meter)
    {
        _totals.Replaced();
        foreach ((TcpMetricDefinition definition, ObservedInstrument<long> instrument) in _instruments)
        {
            TcpMeters.Observe(meter, definition, instrument.Observe);
        }
    }

    private void Report(int number, int kind, int instrument, MeasurementBuffer<long> into)
    {
        if (_shared.Current is not null)
        {
            (int added, int points) = Groups.Report(kind, instrument, into);
            Rotating.Reported(number, added, points);
        }
    }

    /// <summary>Series of one kind, and the instruments that report them.</summary>
    private sealed record SeriesKind(Func<NamespaceGroup, NamespaceSeries> Create, params TcpMetricDefinition[] Definitions);
}
