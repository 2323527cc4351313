using System.Globalization;
using Agent.Configuration;
using Agent.Export;
using Agent.Tcp;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tests.Support;

namespace Agent.Tests.Documentation;

/// <summary>A table of the pages that is generated from the code.</summary>
/// <param name="Page">The page that it is in.</param>
/// <param name="Header">Its first line, by which it is found.</param>
/// <param name="Rows">Its rows, without header and rule.</param>
internal sealed record ReferenceTable(string Page, string Header, IReadOnlyList<string> Rows)
{
    /// <summary>More values than that are listed elsewhere.</summary>
    private const int MostValues = 9;

    public static ReferenceTable Metrics { get; } = new(
        "docs/metrics.md",
        "| name | kind | unit | attributes | setting | what it tells |",
        [.. TcpMetricDefinitions.All.Concat(DeliveryMetricDefinitions.All).Select(Row)]);

    public static ReferenceTable Settings { get; } = new(
        "docs/settings.md",
        "| key | default | allowed | what it does |",
        [.. SettingSchema.All.Select(Row)]);

    public static ReferenceTable States { get; } = new(
        "docs/states.md",
        "| st | kernel | `network.connection.state` | ss | netstat | meaning |",
        [.. TcpStates.All.Select(Row)]);

    public string File => Path.Combine(Repository.Root, Page);

    /// <summary>The page's text with the table as it should be.</summary>
    public string Rewrite(string page)
    {
        List<string> lines = [.. page.Split('\n')];
        int header = lines.IndexOf(Header);
        if (header < 0)
        {
            throw new InvalidOperationException($"{Page} has no line {Header}");
        }

        int first = header + 2;
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

    private static string Row(Setting setting)
    {
        string standard = setting.Default.Length > 0 ? $"`{setting.Default}`" : "";
        return $"| `{setting.Key}` | {standard} | {setting.Allowed} | {setting.Description} |";
    }

    private static string Row(TcpStateInfo state)
    {
        string code = state.Code.ToString("X2", CultureInfo.InvariantCulture);
        return $"| {code} | {state.KernelName} | {state.MetricValue} | {state.SsName} | {state.NetstatName ?? "–"} | {state.Meaning} |";
    }

    private static string Text(MetricAttribute attribute) => attribute.Values.Length is 0 or > MostValues
        ? $"`{attribute.Key}`"
        : $"`{attribute.Key}`: {string.Join(", ", attribute.Values.Select(value => $"`{value}`"))}";
}
