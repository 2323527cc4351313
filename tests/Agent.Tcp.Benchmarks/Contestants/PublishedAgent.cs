using System.Globalization;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>The published agent, exporting by OTLP/HTTP to an <see cref="OtlpSink"/> of the same network namespace.</summary>
internal static class PublishedAgent
{
    /// <summary>Starts it. What it prints is forgotten.</summary>
    /// <param name="path">The agent's executable.</param>
    /// <param name="intervalMilliseconds">From one export to the next.</param>
    /// <param name="sink">Where it exports to.</param>
    /// <param name="source">Its setting <c>Tcp:Source</c>; null leaves it at its default.</param>
    /// <param name="counting">Its setting <c>Tcp:Counting</c>; the same.</param>
    /// <param name="authority">A PEM file of the certificate to trust, where the sink serves TLS.</param>
    /// <param name="namespaces">Its setting <c>Tcp:Namespaces</c>.</param>
    /// <param name="cpuBudget">Its setting <c>Tcp:CpuBudget</c>; null leaves it at its default.</param>
    public static Child Start(
        string path,
        int intervalMilliseconds,
        OtlpSink sink,
        string? source = null,
        string? counting = null,
        string? authority = null,
        string namespaces = "Own",
        double? cpuBudget = null)
    {
        string interval = intervalMilliseconds.ToString(CultureInfo.InvariantCulture);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = sink.Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = interval,
            ["OTEL_METRIC_EXPORT_TIMEOUT"] = interval,
            ["Tcp__Namespaces"] = namespaces,
        };
        if (source is not null)
        {
            environment["Tcp__Source"] = source;
        }

        if (cpuBudget is { } budget)
        {
            environment["Tcp__CpuBudget"] = budget.ToString(CultureInfo.InvariantCulture);
        }

        if (counting is not null)
        {
            environment["Tcp__Counting"] = counting;
        }

        if (authority is not null)
        {
            environment["OTEL_EXPORTER_OTLP_CERTIFICATE"] = authority;
        }

        var child = new Child(path, [], environment);
        child.DiscardOutput();
        return child;
    }
}
