using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Definitions;

namespace Agent.Tcp.Metrics.Series;

/// <summary>
/// Records the sampled connections of a group's namespaces in histograms, which the SDK reads after every callback of the
/// collection: so they have no callback, and report nothing themselves.
/// </summary>
internal sealed class RoundTripSeries(NamespaceGroup group, RoundTripHistograms histograms) : NamespaceSeries
{
    private const double MicrosecondsPerSecond = 1_000_000;

    private readonly KeyValuePair<string, object?>[][] _tags =
    [
        .. Enum.GetValues<PeerScope>().Select(
            scope => group.Attributes.Append(new(TcpMetricNames.PeerScope, scope.MetricValue())).ToArray()),
    ];

    private readonly bool[] _exists = new bool[PeerScopes.Count];
    private int _added;
    private int _points;

    public override void Begin() => _added = 0;

    public override void Add(Reading reading, NamespaceCounters? counters)
    {
        foreach (ref readonly RoundTrip one in reading.RoundTrips.AsSpan())
        {
            Record(in one);
        }
    }

    public override int Report(int instrument, MeasurementBuffer<long> into) => _added;

    public override int Points(int instrument) => _points;

    private void Record(ref readonly RoundTrip one)
    {
        KeyValuePair<string, object?>[] tags = _tags[(int)one.Scope];
        if (one.Microseconds is { } microseconds)
        {
            histograms.RoundTripTime?.Record(microseconds / MicrosecondsPerSecond, tags);
        }

        if (one.RetransmissionRatio is { } ratio)
        {
            histograms.RetransmissionRatio?.Record(ratio, tags);
        }

        if (!_exists[(int)one.Scope])
        {
            _exists[(int)one.Scope] = true;
            _added++;
            _points++;
        }
    }
}

/// <summary>
/// The histograms of the meter at hand, which is replaced now and then. The SDK exports what the old ones hold once more, with
/// the next collection of each reader: nothing is recorded in the new ones until then, or an export would hold both.
/// </summary>
internal sealed class RoundTripHistograms(TimeProvider time)
{
    /// <summary>Seconds: from within a rack to around the world, and to what has given up.</summary>
    public static readonly double[] Times =
        [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>The first bucket holds the connections that have sent nothing again.</summary>
    public static readonly double[] Ratios = [0, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5];

    /// <summary>Readers of the same interval have all collected by then.</summary>
    private static readonly TimeSpan OneRound = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private (Histogram<double> Times, Histogram<double> Ratios)? _next;
    private long? _lastExport;

    /// <summary>Null while nothing is to be recorded.</summary>
    public Histogram<double>? RoundTripTime { get; private set; }

    /// <summary>Null while nothing is to be recorded.</summary>
    public Histogram<double>? RetransmissionRatio { get; private set; }

    /// <summary>The meter has been replaced, between two collections.</summary>
    public void Replace(Histogram<double> times, Histogram<double> ratios)
    {
        lock (_lock)
        {
            bool isFirst = RoundTripTime is null && _next is null;
            (RoundTripTime, RetransmissionRatio) = isFirst ? (times, ratios) : (null, null);
            _next = isFirst ? null : (times, ratios);
            _lastExport = null;
        }
    }

    /// <summary>A collection begins to record.</summary>
    public void BeginCollection()
    {
        lock (_lock)
        {
            if (_next is not { } next)
            {
                return;
            }

            _lastExport ??= time.GetTimestamp();
            if (time.GetElapsedTime(_lastExport.Value) >= OneRound)
            {
                (RoundTripTime, RetransmissionRatio, _next) = (next.Times, next.Ratios, null);
            }
        }
    }
}
