namespace Agent.Tcp.Tests.Support;

internal static class CountsText
{
    /// <summary>The counts above 0, as text that a failed comparison shows.</summary>
    public static string Describe(this ConnectionCounts counts) => string.Join(
        ' ',
        Enumerable.Range(0, ConnectionCounts.SlotCount)
            .Select(slot => (Kind: ConnectionCounts.KindOf(slot), State: ConnectionCounts.StateOf(slot)))
            .Where(series => counts[series.Kind, series.State] > 0)
            .Select(series => $"{series.Kind}/{series.State}={counts[series.Kind, series.State]}"));
}
