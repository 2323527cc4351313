using Agent.Tcp.Metrics;

namespace Agent.Tests.Documentation;

/// <summary>The README's table of metrics, made out of the library's definitions.</summary>
internal static class MetricReference
{
    public const string Header = "| name | kind | unit | attributes | setting | what it tells |";

    /// <summary>More values than that are told elsewhere.</summary>
    private const int MostValues = 9;

    /// <summary>Metrics of the agent's delivery, which it defines itself.</summary>
    private static readonly string[] OtherPrefixes = ["| `tcp.agent.export.", "| `tcp.agent.spool."];

    public static IEnumerable<string> Rows { get; } = TcpMetricDefinitions.All.Select(Row);

    public static bool IsOfDelivery(string row) =>
        OtherPrefixes.Any(prefix => row.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The README with the table as it should be; the rows of the agent's delivery stay as they are.</summary>
    public static string Rewrite(string readme)
    {
        List<string> lines = [.. readme.Split('\n')];
        int first = lines.IndexOf(Header) + 2;
        int end = lines.FindIndex(first, line => !line.StartsWith('|'));
        List<string> others = lines.GetRange(first, end - first).FindAll(IsOfDelivery);
        lines.RemoveRange(first, end - first);
        lines.InsertRange(first, Rows.Concat(others));
        return string.Join('\n', lines);
    }

    private static string Row(TcpMetricDefinition definition)
    {
        IEnumerable<string> attributes = definition.Attributes.Select(Text);
        string all = string.Join("; ", definition.IsOfNamespaces ? attributes.Append("those of the namespace") : attributes);
        string setting = definition.Setting is { } key ? $"`{key}`" : "";
        return $"| `{definition.Name}` | {definition.Kind} | `{definition.Unit}` | {all} | {setting} | {definition.Description} |";
    }

    private static string Text(MetricAttribute attribute) => attribute.Values.Length is 0 or > MostValues
        ? $"`{attribute.Key}`"
        : $"`{attribute.Key}`: {string.Join(", ", attribute.Values.Select(value => $"`{value}`"))}";
}
