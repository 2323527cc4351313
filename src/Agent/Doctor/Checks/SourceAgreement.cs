namespace Agent.Doctor.Checks;

/// <summary>Compares a reading by one source with two by another, taken before and after it. Pure.</summary>
internal static class SourceAgreement
{
    /// <summary>What may come and go between the readings unseen by both: so many sockets, and one in so many.</summary>
    private const int SlackLeast = 2;
    private const int SlackShare = 100;

    /// <summary>A sentence for each series that lies outside of what came before and after.</summary>
    public static IReadOnlyList<string> Differences(
        IReadOnlyDictionary<string, long> before,
        IReadOnlyDictionary<string, long> between,
        IReadOnlyDictionary<string, long> after)
    {
        var differences = new List<string>();
        foreach (string series in before.Keys.Concat(between.Keys).Concat(after.Keys)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            long first = before.GetValueOrDefault(series);
            long last = after.GetValueOrDefault(series);
            long value = between.GetValueOrDefault(series);

            // A series that moves moved farther than the two ends tell.
            long slack = SlackLeast + Math.Abs(first - last) + (Math.Max(first, last) / SlackShare);
            if (value < Math.Min(first, last) - slack || value > Math.Max(first, last) + slack)
            {
                differences.Add($"{series}: procfs {first}, sock_diag {value}, procfs {last}");
            }
        }

        return differences;
    }
}
