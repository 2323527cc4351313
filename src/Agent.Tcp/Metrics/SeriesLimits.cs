namespace Agent.Tcp.Metrics;

/// <summary>How many points one namespace may have in an instrument at a time.</summary>
internal static class SeriesLimits
{
    public static int PointsOf(TcpMetricDefinition definition, int maxListenerPorts)
    {
        if (definition == TcpMetricDefinitions.Connections)
        {
            return ConnectionSeries.MaxPoints;
        }

        // A series a port and family, and one a family for the rest.
        return definition == TcpMetricDefinitions.Backlog || definition == TcpMetricDefinitions.BacklogLimit
            ? SocketSignals.Families * (maxListenerPorts + 1)
            : definition.Attributes.Aggregate(1, static (points, attribute) => points * attribute.Values.Length);
    }

    /// <summary>The SDK's cardinality limit for an instrument, as its view sets it.</summary>
    public static int Of(TcpMetricDefinition definition, TcpInstrumentationOptions options) =>
        definition == TcpMetricDefinitions.Connections
            ? options.CardinalityLimit
            : options.CardinalityLimits.TryGetValue(definition.Name, out int limit)
                ? limit
                : Math.Min(options.CardinalityLimit, TcpInstrumentationOptions.DefaultCardinalityLimit);
}
