namespace Agent.Tests.Support;

/// <summary>What operators take from config/.</summary>
internal static class OperatorFiles
{
    public static readonly string Prometheus = Path.Combine(Repository.Root, "config", "prometheus");

    public static readonly string Rules = Path.Combine(Prometheus, "tcp-agent.rules.yml");

    public static readonly string Collector = Path.Combine(Repository.Root, "config", "collector", "kubernetes.yaml");

    private static readonly string Grafana = Path.Combine(Repository.Root, "config", "grafana");

    public static TheoryData<string> Dashboards =>
        [.. Directory.GetFiles(Grafana, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public static string Dashboard(string name) => Path.Combine(Grafana, name);
}
