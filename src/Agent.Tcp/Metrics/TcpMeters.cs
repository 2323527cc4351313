using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;

namespace Agent.Tcp.Metrics;

/// <summary>Makes meters of the library's name and version, and instruments out of their definitions.</summary>
internal static class TcpMeters
{
    private static readonly string Version = typeof(TcpMeters).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static Meter Create() => new(new MeterOptions(TcpMetricNames.Meter) { Version = Version });

    public static void Observe<T>(Meter meter, TcpMetricDefinition definition, Func<IEnumerable<Measurement<T>>> observe)
        where T : struct
    {
        switch (definition.Kind)
        {
            case InstrumentKind.Counter:
                meter.CreateObservableCounter(definition.Name, observe, definition.Unit, definition.Description);
                break;
            case InstrumentKind.Gauge:
                meter.CreateObservableGauge(definition.Name, observe, definition.Unit, definition.Description);
                break;
            default:
                meter.CreateObservableUpDownCounter(definition.Name, observe, definition.Unit, definition.Description);
                break;
        }
    }

    /// <summary>A histogram with buckets of its own; the SDK's default ones are for milliseconds.</summary>
    public static Histogram<double> Histogram(Meter meter, TcpMetricDefinition definition, double[] boundaries) =>
        meter.CreateHistogram(
            definition.Name,
            definition.Unit,
            definition.Description,
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}

/// <summary>How many points one namespace may have in an instrument at a time.</summary>
internal static class SeriesLimits
{
    public static int PointsOf(TcpMetricDefinition definition, TcpInstrumentationOptions options)
    {
        if (definition == TcpMetricDefinitions.Connections)
        {
            return ConnectionSeries.MaxPoints;
        }

        // A port that is one of many; and one that stands for the rest.
        int ports =
            definition == TcpMetricDefinitions.Backlog || definition == TcpMetricDefinitions.BacklogLimit ? options.MaxListenerPorts + 1
            : definition == TcpMetricDefinitions.Services ? options.MaxServicePorts + 1
            : 1;
        return definition.Attributes.Aggregate(ports, static (points, attribute) => points * Math.Max(1, attribute.Values.Length));
    }

    /// <summary>The SDK's cardinality limit for an instrument, as its view sets it.</summary>
    public static int Of(TcpMetricDefinition definition, TcpInstrumentationOptions options) =>
        definition == TcpMetricDefinitions.Connections
            ? options.CardinalityLimit
            : options.CardinalityLimits.TryGetValue(definition.Name, out int limit)
                ? limit
                : Math.Min(options.CardinalityLimit, TcpInstrumentationOptions.DefaultCardinalityLimit);
}
