using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;

namespace Agent.Export.Telemetry;

/// <summary>Counts since the start, by <c>error.type</c>. Thread-safe.</summary>
/// <param name="always">Types that are reported also when 0, so that the first of them shows in a rate.</param>
#pragma warning disable CA1001 // The buffer's Dispose ends an enumeration; it holds nothing.
internal sealed class ErrorTally(params ReadOnlySpan<string> always)
#pragma warning restore CA1001
{
    /// <summary>A collector may answer anything; more types than that are one (OpenTelemetry semantic conventions).</summary>
    private const int MaxTypes = 50;

    private const string Other = "_OTHER";

    private readonly Lock _lock = new();
    private readonly MeasurementBuffer<long> _buffer = new();
    private readonly List<Series> _series = [.. All(always)];

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
            Series? series = Find(errorType);
            if (series is null && _series.Count >= MaxTypes)
            {
                errorType = Other;
                series = Find(errorType);
            }

            if (series is null)
            {
                _series.Add(series = new Series(errorType));
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

    private static List<Series> All(ReadOnlySpan<string> types)
    {
        var series = new List<Series>();
        foreach (string type in types)
        {
            series.Add(new Series(type));
        }

        return series;
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
