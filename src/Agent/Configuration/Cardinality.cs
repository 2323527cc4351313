using Agent.Tcp;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;

namespace Agent.Configuration;

/// <summary>How many series the SDK must have room for.</summary>
internal static class Cardinality
{
    /// <summary>The host's namespace, or the agent's own, and the one that the excess is summed into.</summary>
    private const int FurtherNamespaces = 2;

    /// <summary>Tells the library the limits that <see cref="Hosting.CardinalityViews"/> gives the SDK.</summary>
    public static void Apply(TcpInstrumentationOptions options)
    {
        foreach (TcpMetricDefinition definition in TcpMetricDefinitions.All.Where(one => one.IsOfNamespaces))
        {
            options.CardinalityLimits[definition.Name] = LimitFor(definition, options);
        }

        options.CardinalityLimit = options.CardinalityLimits[TcpMetricDefinitions.Connections.Name];
    }

    /// <summary>Room for every series that may live at a time, twice: the meter is replaced at half.</summary>
    private static int LimitFor(TcpMetricDefinition definition, TcpInstrumentationOptions options) => Math.Max(
        TcpInstrumentationOptions.MinCardinalityLimit,
        2 * SeriesLimits.PointsOf(definition, options.MaxListenerPorts) * ((options.Namespaces == NamespaceScope.All ? options.MaxNamespaces : 0) + FurtherNamespaces));
}
