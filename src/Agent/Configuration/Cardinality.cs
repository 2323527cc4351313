using Agent.Tcp.Metrics;

namespace Agent.Configuration;

/// <summary>How many series the SDK must have room for.</summary>
internal static class Cardinality
{
    /// <summary>The host's namespace, and the one that the excess is summed into.</summary>
    private const int FurtherNamespaces = 2;

    /// <summary>Room for every series that may live at a time, twice: the meter is replaced at half.</summary>
    public static int LimitFor(int maxNamespaces) => 2 * ConnectionSeries.MaxPoints * (maxNamespaces + FurtherNamespaces);
}
