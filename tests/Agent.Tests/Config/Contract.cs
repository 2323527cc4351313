using System.Text.RegularExpressions;
using Agent.Tests.Documentation;

namespace Agent.Tests.Config;

/// <summary>The metrics that dashboards and alerts may use, by OpenTelemetry's names and Prometheus'.</summary>
internal static partial class Contract
{
    private static readonly string[] Levels =
    [
        "tcp.connections", "tcp.connections.stalled", "tcp.listener.backlog", "tcp.listener.backlog.limit", "tcp.orphans",
        "tcp.service.connections", "tcp.client.ports.used", "tcp.client.ports.limit", "tcp.agent.namespaces", "tcp.agent.spool.items",
        "tcp.connection.retransmission.ratio",
    ];

    private static readonly string[] Bytes = ["tcp.socket.queue.size", "tcp.memory.usage", "tcp.agent.spool.size"];

    private static readonly string[] Seconds =
        ["tcp.connection.rtt", "tcp.agent.snapshot.age", "tcp.agent.listing.age", "tcp.agent.collection.duration"];

    private static readonly string[] Counters =
    [
        "tcp.connection.opens", "tcp.connection.failures", "tcp.connection.resets", "tcp.segments",
        "tcp.segments.retransmitted", "tcp.segments.errors", "tcp.resets.sent", "tcp.listener.overflows",
        "tcp.listener.drops", "tcp.timeouts", "tcp.agent.read.errors", "tcp.agent.export.retries",
        "tcp.agent.export.rejected", "tcp.agent.spool.dropped", "tcp.agent.spool.errors",
    ];

    /// <summary>Prometheus' name (OpenTelemetry's "Prometheus and OpenMetrics Compatibility") of each of OpenTelemetry's.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } =
        ((IEnumerable<(string Names, string Otel)>)
        [
            .. Levels.Select(name => (Flat(name), name)),
            .. Bytes.Select(name => (Flat(name) + "_bytes", name)),
            .. Seconds.Select(name => (Flat(name) + "_seconds", name)),
            ("tcp_agent_collection_cpu_seconds_total", "tcp.agent.collection.cpu"),
            .. Counters.Select(name => (Flat(name) + "_total", name)),
        ]).ToDictionary(pair => pair.Names, pair => pair.Otel, StringComparer.Ordinal);

    /// <summary>The metrics that the table of docs/metrics.md promises of this build, by Prometheus' names.</summary>
    public static IReadOnlySet<string> Promised()
    {
        string[] cells =
        [
            .. File.ReadLines(ReferenceTable.Metrics.File)
                .Where(line => line.StartsWith("| `tcp.", StringComparison.Ordinal))
                .Select(line => line.Split('|')[1]),
        ];
        HashSet<string> promised = [.. cells.SelectMany(cell => OtelName().Matches(cell)).Select(match => match.Value)];
        return Names.Where(pair => promised.Contains(pair.Value)).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
    }

    private static string Flat(string name) => name.Replace('.', '_');

    [GeneratedRegex(@"(?<=`)tcp[.\w]+(?=`)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtelName();
}
