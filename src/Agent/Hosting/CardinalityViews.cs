using Agent.Export.Telemetry;
using Agent.Tcp;
using Agent.Tcp.Metrics.Definitions;
using OpenTelemetry.Metrics;

namespace Agent.Hosting;

/// <summary>
/// Gives the SDK room for every series that may live at a time, and no more: it allocates for an instrument's limit
/// (2,000 series by default) when the instrument is made.
/// </summary>
internal static class CardinalityViews
{
    /// <summary>
    /// Of the agent's own metrics. The widest attribute is <c>error.type</c>, which holds status codes of HTTP and gRPC.
    /// </summary>
    private const int OwnLimit = 200;

    public static MeterProviderBuilder AddCardinalityViews(this MeterProviderBuilder builder, TcpInstrumentationOptions options)
    {
        foreach ((string metric, int limit) in options.CardinalityLimits)
        {
            Add(metric, limit);
        }

        foreach (TcpMetricDefinition own in TcpMetricDefinitions.All.Where(one => !one.IsOfNamespaces).Concat(DeliveryMetricDefinitions.All))
        {
            Add(own.Name, OwnLimit);
        }

        return builder;

        void Add(string metric, int limit) => builder.AddView(metric, new MetricStreamConfiguration { CardinalityLimit = limit });
    }
}
