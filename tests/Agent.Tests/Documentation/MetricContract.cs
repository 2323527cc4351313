namespace Agent.Tests.Documentation;

/// <summary>One metric of the contract with dashboards and alerts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What OTLP shows: sum, monotonic or not; gauge; histogram.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="IsOfNamespaces">Points carry a namespace's attributes.</param>
/// <param name="Attributes">Its other attributes, each with its values where they are fixed.</param>
internal sealed record ContractedMetric(
    string Name, string Kind, string Unit, bool IsOfNamespaces, IReadOnlyDictionary<string, string[]> Attributes);

/// <summary>
/// The contract's table, written down once more: a metric that the code renames by mistake must not rename it here too.
/// </summary>
internal static class MetricContract
{
    public const string UpDown = "sum, not monotonic";
    public const string Counter = "sum, monotonic";
    public const string Gauge = "gauge";
    public const string Histogram = "histogram";

    /// <summary>Attributes that tell a namespace.</summary>
    public static readonly string[] NamespaceAttributes =
        ["k8s.pod.uid", "k8s.pod.name", "k8s.namespace.name", "container.id", "linux.netns.inode", "linux.netns.id"];

    private static readonly string[] States =
    [
        "established", "syn_sent", "syn_received", "fin_wait_1", "fin_wait_2", "time_wait", "closed", "close_wait",
        "last_ack", "listen", "closing",
    ];

    private static readonly (string, string[]) Direction = ("network.io.direction", ["transmit", "receive"]);
    private static readonly (string, string[]) Family = ("tcp.socket.family", ["inet", "inet6"]);
    private static readonly (string, string[]) Scope = ("tcp.peer.scope", ["loopback", "private", "public"]);
    private static readonly (string, string[]) Port = ("server.port", []);
    private static readonly (string, string[]) Error = ("error.type", []);

    public static IReadOnlyList<ContractedMetric> All { get; } =
    [
        OfNamespaces("tcp.connections", UpDown, "{connection}",
            ("network.connection.state", [.. States, "unknown", "bound_inactive"]), ("network.type", ["ipv4", "ipv6"]), Family),
        OfNamespaces("tcp.connections.stalled", UpDown, "{connection}", ("tcp.stall.reason", ["retransmission", "zero_window"])),
        OfNamespaces("tcp.socket.queue.size", UpDown, "By", Direction),
        OfNamespaces("tcp.listener.backlog", UpDown, "{connection}", Port, Family),
        OfNamespaces("tcp.listener.backlog.limit", UpDown, "{connection}", Port, Family),
        OfNamespaces("tcp.service.connections", UpDown, "{connection}",
            ("tcp.role", ["server", "client"]), Port, ("network.connection.state", [.. States, "unknown", "bound_inactive"])),
        OfNamespaces("tcp.client.ports.used", Gauge, "{port}"),
        OfNamespaces("tcp.client.ports.limit", Gauge, "{port}"),
        OfNamespaces("tcp.connection.rtt", Histogram, "s", Scope),
        OfNamespaces("tcp.connection.retransmission.ratio", Histogram, "1", Scope),
        OfNamespaces("tcp.connection.opens", Counter, "{connection}", ("tcp.open.kind", ["active", "passive"])),
        OfNamespaces("tcp.connection.failures", Counter, "{connection}"),
        OfNamespaces("tcp.connection.resets", Counter, "{connection}"),
        OfNamespaces("tcp.segments", Counter, "{segment}", Direction),
        OfNamespaces("tcp.segments.retransmitted", Counter, "{segment}"),
        OfNamespaces("tcp.segments.errors", Counter, "{segment}"),
        OfNamespaces("tcp.resets.sent", Counter, "{segment}"),
        OfNamespaces("tcp.listener.overflows", Counter, "{connection}"),
        OfNamespaces("tcp.listener.drops", Counter, "{connection}"),
        OfNamespaces("tcp.timeouts", Counter, "{timeout}"),
        OfTheNode("tcp.orphans", UpDown, "{socket}"),
        OfTheNode("tcp.memory.usage", UpDown, "By"),
        OfTheNode("tcp.agent.collection.duration", Histogram, "s"),
        OfTheNode("tcp.agent.collection.cpu", Counter, "s"),
        OfTheNode("tcp.agent.namespaces", UpDown, "{namespace}", ("tcp.agent.namespace.status", ["read", "deferred", "failed"])),
        OfTheNode("tcp.agent.snapshot.age", Gauge, "s"),
        OfTheNode("tcp.agent.listing.age", Gauge, "s"),
        OfTheNode("tcp.agent.read.errors", Counter, "{error}", Error),
        OfTheNode("tcp.agent.export.retries", Counter, "{retry}", Error),
        OfTheNode("tcp.agent.export.rejected", Counter, "{data_point}", Error),
        OfTheNode("tcp.agent.spool.size", UpDown, "By"),
        OfTheNode("tcp.agent.spool.items", UpDown, "{item}"),
        OfTheNode("tcp.agent.spool.dropped", Counter, "{item}", ("error.type", ["size", "age", "corrupt", "disk"])),
        OfTheNode("tcp.agent.spool.errors", Counter, "{error}", ("error.type", ["no_space", "permission_denied", "read_only", "in_use", "timeout", "io"])),
        OfTheNode("system.network.connection.count", UpDown, "{connection}",
            ("network.transport", ["tcp"]), ("network.connection.state", [.. States, "unknown"])),
    ];

    private static ContractedMetric OfNamespaces(string name, string kind, string unit, params (string, string[])[] attributes) =>
        new(name, kind, unit, true, ToDictionary(attributes));

    private static ContractedMetric OfTheNode(string name, string kind, string unit, params (string, string[])[] attributes) =>
        new(name, kind, unit, false, ToDictionary(attributes));

    private static Dictionary<string, string[]> ToDictionary((string Key, string[] Values)[] attributes) =>
        attributes.ToDictionary(attribute => attribute.Key, attribute => attribute.Values, StringComparer.Ordinal);
}
