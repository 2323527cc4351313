using Agent.Export;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;

namespace Agent.Hosting;

/// <summary>
/// Cardinality limits for the SDK: room for every series that may live at a time, and no more, because the SDK allocates for
/// an instrument's limit (2,000 series by default) when the instrument is created.
/// </summary>
internal static class CardinalityViews
{
    /// <summary>For the agent's own metrics. Their widest attribute is <c>error.type</c>, with status codes of HTTP and gRPC.</summary>
    private const int OwnLimit = 200;

    /// <summary>The host's namespace, or the agent's own, and the one called <c>other</c>.</summary>
    private const int FurtherNamespaces = 2;

    /// <summary>Gives the limits to the SDK, and to the library, which replaces its meter before one is reached.</summary>
    public static MeterProviderBuilder AddCardinalityViews(this MeterProviderBuilder builder, TcpInstrumentationOptions options)
    {
        foreach (TcpMetricDefinition definition in TcpMetricDefinitions.All.Concat(DeliveryMetricDefinitions.All))
        {
            int limit = definition.IsOfNamespaces ? LimitFor(definition, options) : OwnLimit;
            builder.AddView(definition.Name, new MetricStreamConfiguration { CardinalityLimit = limit });
            if (definition.IsOfNamespaces)
            {
                options.CardinalityLimits[definition.Name] = limit;
            }
        }

        options.CardinalityLimit = options.CardinalityLimits[TcpMetricDefinitions.Connections.Name];
        return builder;
    }

    /// <summary>Twice what may live at a time: the meter is replaced at half.</summary>
    private static int LimitFor(TcpMetricDefinition definition, TcpInstrumentationOptions options) => Math.Max(
        TcpInstrumentationOptions.MinCardinalityLimit,
        2 * SeriesLimits.PointsOf(definition, options) * ((options.Namespaces == NamespaceScope.All ? options.MaxNamespaces : 0) + FurtherNamespaces));
}
