namespace Agent.Tests.Support;

/// <summary>What operators take from config/.</summary>
internal static class OperatorFiles
{
    public static readonly string Prometheus = Path.Combine(Repository.Root, "config", "prometheus");

    public static readonly string Rules = Path.Combine(Prometheus, "tcp-agent.rules.yml");

    /// <summary>Those that are off by default.</summary>
    public static readonly string OptionalRules = Path.Combine(Prometheus, "tcp-agent.optional.rules.yml");

    public static readonly string Collector = Path.Combine(Repository.Root, "config", "collector", "kubernetes.yaml");

    private static readonly string Grafana = Path.Combine(Repository.Root, "config", "grafana");

    /// <summary>Every file of rules, by its name.</summary>
    public static TheoryData<string> RuleFiles =>
        [.. Directory.GetFiles(Prometheus, "*.rules.yml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Dashboards =>
        [.. Directory.GetFiles(Grafana, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public static string Dashboard(string name) => Path.Combine(Grafana, name);

    public static string RuleFile(string name) => Path.Combine(Prometheus, name);

    /// <summary>promtool's tests of a file of rules.</summary>
    public static string TestsOf(string rules) => Path.ChangeExtension(rules, "test.yml");
}
