namespace Agent.Export.Transport;

/// <summary>The variable <c>OTEL_EXPORTER_OTLP_HEADERS</c>, read as the exporter reads it.</summary>
internal static class OtlpHeaders
{
    /// <summary>Shorter values are too common to be hidden, and too short to be secrets.</summary>
    private const int LeastSecret = 4;

    /// <summary>Pairs parted by commas, each at its first equals sign, both sides percent-decoded.</summary>
    public static IReadOnlyList<(string Name, string Value)> Parse(string? headers)
    {
        var pairs = new List<(string, string)>();
        foreach (string pair in Uri.UnescapeDataString(headers ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                pairs.Add((pair[..equals].Trim(), pair[(equals + 1)..].Trim()));
            }
        }

        return pairs;
    }

    /// <summary>A text without the values, should the collector have said them back.</summary>
    public static string Hide(string text, string? headers) => Hide(text, Parse(headers));

    public static string Hide(string text, IEnumerable<(string Name, string Value)> headers) => headers
        .SelectMany(pair => pair.Value.Split(' ').Append(pair.Value))
        .Where(value => value.Length >= LeastSecret)
        .OrderByDescending(value => value.Length)
        .Aggregate(text, (shown, value) => shown.Replace(value, "(not shown)", StringComparison.Ordinal));
}
