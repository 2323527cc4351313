using Agent.Export.Telemetry;
using Agent.Tcp.Metrics;

namespace Agent.Tests.Documentation;

/// <summary>The README's table of metrics, made out of the definitions.</summary>
internal static class MetricReference
{
    public const string Header = "| name | kind | unit | attributes | setting | what it tells |";

    /// <summary>More values than that are told elsewhere.</summary>
    private const int MostValues = 9;

    public static IEnumerable<string> Rows { get; } = TcpMetricDefinitions.All.Concat(DeliveryMetricDefinitions.All).Select(Row);

    /// <summary>The README with the table as it should be.</summary>
    public static string Rewrite(string readme)
    {
        List<string> lines = [.. readme.Split('\n')];
        int first = lines.IndexOf(Header) + 2;
        int end = lines.FindIndex(first, line => !line.StartsWith('|'));
        lines.RemoveRange(first, end - first);
        lines.InsertRange(first, Rows);
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
