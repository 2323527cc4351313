using Agent.Tcp;
using OpenTelemetry.Metrics;

namespace Agent.Hosting;

/// <summary>Gives the SDK room for every series that may live at a time.</summary>
internal static class CardinalityViews
{
    public static MeterProviderBuilder AddCardinalityViews(this MeterProviderBuilder builder, TcpInstrumentationOptions options)
    {
        foreach ((string metric, int limit) in options.CardinalityLimits)
        {
            builder.AddView(metric, new MetricStreamConfiguration { CardinalityLimit = limit });
        }

        return builder;
    }
}
