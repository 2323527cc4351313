using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Metrics;

/// <summary>The instruments whose series are few and fixed: what the agent tells about itself, and about the whole node.</summary>
internal sealed class OwnInstruments : IDisposable
{
    /// <summary>Seconds: from a small node's collection to one that its deadline ends.</summary>
    private static readonly double[] DurationBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Meter _meter = TcpMeters.Create();
    private readonly SharedSnapshot _shared;
    private readonly NamespaceCounts _namespaces = new();
    private readonly ConventionSeries _convention = new();
    private Point<long> _orphans = new([]);
    private Point<long> _memory = new([]);
    private int _number;

    /// <summary>Makes those that are on.</summary>
    /// <param name="options">Say what is on.</param>
    /// <param name="shared">The snapshot of the collection.</param>
    /// <param name="first">The number of the first instrument.</param>
    public OwnInstruments(TcpInstrumentationOptions options, SharedSnapshot shared, int first)
    {
        _shared = shared;
        _number = first;
        Add<long>(TcpMetricDefinitions.Namespaces, Namespaces);
        Add<double>(TcpMetricDefinitions.Age, into => Report(_shared.Current?.OldestAge, into));
        if (options.Metrics.NeedListing)
        {
            Add<double>(TcpMetricDefinitions.ListingAge, into => Report(_shared.Current?.OldestListing, into));
        }

        Add<double>(TcpMetricDefinitions.Cpu, Cpu);
        Add<long>(TcpMetricDefinitions.Errors, shared.Errors.Report);
        if (options.Metrics.Memory)
        {
            Add<long>(TcpMetricDefinitions.Orphans, Orphans);
            Add<long>(TcpMetricDefinitions.Memory, Memory);
        }

        if (options.SemanticConventions)
        {
            Add<long>(TcpMetricDefinitions.Convention, Convention);
        }

        Histogram<double> duration = TcpMeters.Histogram(_meter, TcpMetricDefinitions.Duration, DurationBoundaries);
        shared.Timed = duration.Record;
    }

    public void Dispose() => _meter.Dispose();

    private void Add<T>(TcpMetricDefinition definition, Action<MeasurementBuffer<T>> fill)
        where T : struct =>
        TcpMeters.Observe(_meter, definition, _shared.Observe(_number++, fill));

    private void Namespaces(MeasurementBuffer<long> into)
    {
        if (_shared.Current is { } snapshot)
        {
            _namespaces.Report(snapshot, into);
        }
    }

    private static void Report(TimeSpan? age, MeasurementBuffer<double> into)
    {
        if (age is { } known)
        {
            into.Add(new Measurement<double>(known.TotalSeconds));
        }
    }

    private void Cpu(MeasurementBuffer<double> into) => into.Add(new Measurement<double>(_shared.CpuSpent.TotalSeconds));

    private void Orphans(MeasurementBuffer<long> into)
    {
        if (_shared.Current?.Node.Orphans is { } orphans)
        {
            into.Add(_orphans.With(orphans));
        }
    }

    private void Memory(MeasurementBuffer<long> into)
    {
        if (_shared.Current?.Node.MemoryBytes is { } bytes)
        {
            into.Add(_memory.With(bytes));
        }
    }

    private void Convention(MeasurementBuffer<long> into)
    {
        if (_shared.Current is { } snapshot)
        {
            _convention.Report(snapshot.Namespaces, into);
        }
    }
}

/// <summary><c>tcp.agent.namespaces</c>: how many namespaces are of each status, also when 0.</summary>
internal sealed class NamespaceCounts
{
    private readonly Point<long>[] _points =
    [
        .. Enum.GetValues<NamespaceStatus>().Select(status =>
            new Point<long>([new(TcpMetricNames.NamespaceStatus, status.MetricValue())])),
    ];

    public void Report(TcpSnapshot snapshot, MeasurementBuffer<long> into)
    {
        for (int status = 0; status < _points.Length; status++)
        {
            into.Add(_points[status].With(snapshot.Count((NamespaceStatus)status)));
        }
    }
}
