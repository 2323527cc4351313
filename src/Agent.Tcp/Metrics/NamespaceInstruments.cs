using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Ports;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Metrics;

/// <summary>
/// The instruments whose series come and go with the node's namespaces, of the groups that are on. They live on a meter
/// that is replaced now and then.
/// </summary>
internal sealed partial class NamespaceInstruments : IDisposable
{
    private readonly SharedSnapshot _shared;
    private readonly NamespaceGroups _groups;
    private readonly int _maxNamespaces;
    private readonly ILogger _logger;
    private readonly CounterTotals _totals = new();
    private readonly List<(TcpMetricDefinition Definition, Func<IEnumerable<Measurement<long>>> Observe)> _instruments = [];
    private readonly RoundTripHistograms _histograms;
    private readonly MeasurementBuffer<long> _none = new();
    private readonly int? _roundTrips;
    private bool _isBeyond;

    public NamespaceInstruments(TcpInstrumentationOptions options, SharedSnapshot shared, ILogger logger, TimeProvider time)
    {
        _shared = shared;
        _maxNamespaces = options.MaxNamespaces;
        _logger = logger;
        _histograms = new RoundTripHistograms(time);
        List<SeriesKind> kinds = Kinds(options, time);
        _groups = new NamespaceGroups(options.MaxNamespaces, [.. kinds.Select(kind => kind.Create)]);
        for (int kind = 0; kind < kinds.Count; kind++)
        {
            for (int instrument = 0; instrument < kinds[kind].Definitions.Length; instrument++)
            {
                Add(kinds[kind].Definitions[instrument], kind, instrument);
            }
        }

        // The last kind reports nothing; its two histograms have the same points.
        _roundTrips = options.Metrics.RoundTrips ? kinds.Count - 1 : null;
        int[] limits =
        [
            .. _instruments.Select(one => SeriesLimits.Of(one.Definition, options)),
            Math.Min(
                SeriesLimits.Of(TcpMetricDefinitions.RoundTripTime, options),
                SeriesLimits.Of(TcpMetricDefinitions.RetransmissionRatio, options)),
        ];
        shared.Taken = Update;
        Rotating = new RotatingMeter(Create, limits, time, () => shared.TakenAt);
    }

    /// <summary>The meter.</summary>
    public RotatingMeter Rotating { get; }

    /// <summary>How many instruments there are.</summary>
    public int Count => _instruments.Count;

    public void Dispose() => Rotating.Dispose();

    /// <summary>Gives the namespaces their series; what that tells counts for this collection already.</summary>
    private void Update(TcpSnapshot snapshot)
    {
        _histograms.BeginCollection();
        _groups.Update(snapshot.Namespaces);
        if (_roundTrips is { } kind)
        {
            (int added, int points) = _groups.Report(kind, 0, _none);
            Rotating.Reported(_instruments.Count, added, points, keepsGone: true);
        }

        bool isBeyond = _groups.Beyond > 0;
        if (isBeyond)
        {
            _shared.Errors.Count(ReadFailure.NamespaceLimit);
        }

        if (isBeyond && !_isBeyond)
        {
            BeyondLimit(_maxNamespaces, _groups.Beyond);
        }
        else if (_isBeyond && !isBeyond)
        {
            WithinLimit(_maxNamespaces);
        }

        _isBeyond = isBeyond;
    }

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
                group => new ListenerSeries(group, new PortAdmission(options.MaxListenerPorts, time)),
                TcpMetricDefinitions.Backlog,
                TcpMetricDefinitions.BacklogLimit));
        }

        if (on.Services)
        {
            kinds.Add(new(static group => new ServiceSeries(group), TcpMetricDefinitions.Services));
        }

        if (on.ClientPorts)
        {
            kinds.Add(new(
                static group => new ClientPortSeries(group), TcpMetricDefinitions.ClientPortsUsed, TcpMetricDefinitions.ClientPortsLimit));
        }

        if (on.Counters)
        {
            kinds.Add(new(
                group => new CounterSeries(group, _totals), [.. CounterInstruments.All.Select(one => one.Definition)]));
        }

        if (on.RoundTrips)
        {
            kinds.Add(new(group => new RoundTripSeries(group, _histograms)));
        }

        return kinds;
    }

    private void Add(TcpMetricDefinition definition, int kind, int instrument)
    {
        int number = _instruments.Count;
        _instruments.Add((definition, _shared.Observe<long>(number, into => Report(number, kind, instrument, into))));
    }

    private void Create(Meter meter)
    {
        _totals.Replaced();
        if (_roundTrips is not null)
        {
            _histograms.Replace(
                TcpMeters.Histogram(meter, TcpMetricDefinitions.RoundTripTime, RoundTripHistograms.Times),
                TcpMeters.Histogram(meter, TcpMetricDefinitions.RetransmissionRatio, RoundTripHistograms.Ratios));
        }

        foreach ((TcpMetricDefinition definition, Func<IEnumerable<Measurement<long>>> observe) in _instruments)
        {
            TcpMeters.Observe(meter, definition, observe);
        }
    }

    private void Report(int number, int kind, int instrument, MeasurementBuffer<long> into)
    {
        if (_shared.Current is not null)
        {
            (int added, int points) = _groups.Report(kind, instrument, into);
            Rotating.Reported(number, added, points);
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning,
        Message = "More than {Max} namespaces (setting Tcp:MaxNamespaces): {Beyond} are summed into one, linux.netns.inode=other. Logged once until they fit.")]
    private partial void BeyondLimit(int max, int beyond);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "All namespaces fit in {Max} again.")]
    private partial void WithinLimit(int max);

    /// <summary>Series of one kind, and the instruments that report them.</summary>
    private sealed record SeriesKind(Func<NamespaceGroup, NamespaceSeries> Create, params TcpMetricDefinition[] Definitions);
}
