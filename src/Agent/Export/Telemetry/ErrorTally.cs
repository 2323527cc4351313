using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;

namespace Agent.Export.Telemetry;

/// <summary>Counts since the start, by <c>error.type</c>. Thread-safe.</summary>
/// <param name="always">Types that are reported also when 0, so that the first of them shows in a rate.</param>
#pragma warning disable CA1001 // The buffer's Dispose ends an enumeration; it holds nothing.
internal sealed class ErrorTally(params string[] always)
#pragma warning restore CA1001
{
    /// <summary>A collector may answer anything; more types than that are one (OpenTelemetry semantic conventions).</summary>
    private const int MaxTypes = 50;

    private const string Other = "_OTHER";

    private readonly Lock _lock = new();
    private readonly MeasurementBuffer<long> _buffer = new();
    private readonly List<Series> _series = [.. always.Select(static type => new Series(type))];

    public long this[string errorType]
    {
        get
        {
            lock (_lock)
            {
                return Find(errorType)?.Count ?? 0;
            }
        }
    }

    /// <summary>Adds to a type's count; nothing where there is nothing to add.</summary>
    public void Add(string errorType, long count = 1)
    {
        if (count <= 0)
        {
            return;
        }

        lock (_lock)
        {
            string type = Find(errorType) is null && _series.Count >= MaxTypes ? Other : errorType;
            if (Find(type) is not { } series)
            {
                _series.Add(series = new Series(type));
            }

            series.Count += count;
        }
    }

    /// <summary>For an observable instrument; allocates nothing unless a count has changed.</summary>
    public IEnumerable<Measurement<long>> Observe()
    {
        lock (_lock)
        {
            // Another listener may collect at the same time and still read the shared buffer.
            MeasurementBuffer<long> buffer = _buffer;
            if (!buffer.TryRent())
            {
                buffer = new MeasurementBuffer<long>();
            }

            foreach (Series series in _series)
            {
                buffer.Add(series.Measurement());
            }

            return buffer;
        }
    }

    private Series? Find(string errorType) =>
        _series.Find(series => string.Equals(series.ErrorType, errorType, StringComparison.Ordinal));

    private sealed class Series(string errorType)
    {
        private Point<long> _point = new([new(TcpMetricNames.ErrorType, errorType)]);

        public string ErrorType => errorType;

        public long Count { get; set; }

        public Measurement<long> Measurement() => _point.With(Count);
    }
}
