using System.Globalization;
using System.Text.Json;
using Agent.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Agent.Tests.Config;

/// <summary>Every expression in the dashboards and the rules.</summary>
internal static class OperatorQueries
{
    public static IReadOnlyList<Query> OfDashboard(string name)
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(OperatorFiles.Dashboard(name)));
        Query[] queries =
        [
            .. from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
               where panel.TryGetProperty("targets", out _)
               from target in panel.GetProperty("targets").EnumerateArray()
               select new Query(
                   $"{name}, panel {panel.GetProperty("id").GetInt32()} \"{panel.GetProperty("title").GetString()}\" {target.GetProperty("refId").GetString()}",
                   target.GetProperty("expr").GetString()!,
                   MinInterval(panel)),
        ];
        queries.ShouldNotBeEmpty(name);
        return queries;
    }

    /// <summary>The alerts among the rules of a file.</summary>
    public static IReadOnlyList<YamlMappingNode> Alerts(string file)
    {
        YamlMappingNode[] alerts = [.. Rules(file).Where(rule => rule.Children.ContainsKey("alert"))];
        alerts.ShouldNotBeEmpty(file);
        return alerts;
    }

    /// <summary>The rules of a file, each with its own fields.</summary>
    public static IReadOnlyList<YamlMappingNode> Rules(string file)
    {
        using var reader = new StreamReader(file);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return
        [
            .. ((YamlSequenceNode)yaml.Documents[0].RootNode["groups"]).Children
                .SelectMany(group => ((YamlSequenceNode)group["rules"]).Children)
                .Cast<YamlMappingNode>(),
        ];
    }

    public static IReadOnlyList<Query> OfRules(string file) =>
        [.. Rules(file).Select(rule => new Query($"rule {rule.First().Value}", rule["expr"].ToString()))];

    /// <summary>What the alerts' texts name, and what the queries in them ask.</summary>
    public static IReadOnlyList<Query> OfAnnotations(string file) =>
    [
        .. from alert in Alerts(file)
           from annotation in ((YamlMappingNode)alert["annotations"]).Children
           select new Query($"{annotation.Key} of {alert["alert"]}", annotation.Value.ToString()),
    ];

    public static IReadOnlyList<Query> All() =>
    [
        .. OperatorFiles.Dashboards.SelectMany(one => OfDashboard(one.Data)),
        .. OfRules(OperatorFiles.Rules), .. OfRules(OperatorFiles.OptionalRules),
    ];

    /// <summary>A panel's "Min interval", which these dashboards write in minutes.</summary>
    private static TimeSpan MinInterval(JsonElement panel) => panel.TryGetProperty("interval", out JsonElement interval)
        ? TimeSpan.FromMinutes(int.Parse(interval.GetString()!.AsSpan().TrimEnd('m'), CultureInfo.InvariantCulture))
        : TimeSpan.Zero;
}
