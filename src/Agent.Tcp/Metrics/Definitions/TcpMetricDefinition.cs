namespace Agent.Tcp.Metrics.Definitions;

/// <summary>The kind of an instrument, named as in the metrics reference.</summary>
internal enum InstrumentKind : byte
{
    UpDownCounter = 0,
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One attribute of a metric's points.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Values">Its values, where they are few.</param>
internal sealed record MetricAttribute(string Key, params string[] Values);

/// <summary>One metric, as the instrument is made and the reference describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its instrument.</param>
/// <param name="Unit">Its unit, of UCUM.</param>
/// <param name="Description">What it tells, in a sentence.</param>
/// <param name="IsOfNamespaces">Its points carry the attributes of a namespace.</param>
/// <param name="Setting">The setting that turns it on or off; null for one that is always on.</param>
/// <param name="Attributes">The further attributes of its points.</param>
internal sealed record TcpMetricDefinition(
    string Name,
    InstrumentKind Kind,
    string Unit,
    string Description,
    bool IsOfNamespaces,
    string? Setting,
    params MetricAttribute[] Attributes);

/// <summary>Attribute keys and the meter's name: the contract with dashboards and alerts.</summary>
internal static class TcpMetricNames
{
    public const string Meter = "Agent.Tcp";

    public const string NetworkConnectionState = "network.connection.state";
    public const string NetworkType = "network.type";
    public const string TcpSocketFamily = "tcp.socket.family";
    public const string NetworkTransport = "network.transport";
    public const string NetworkIoDirection = "network.io.direction";
    public const string ServerPort = "server.port";
    public const string Role = "tcp.role";
    public const string StallReason = "tcp.stall.reason";
    public const string PeerScope = "tcp.peer.scope";
    public const string OpenKind = "tcp.open.kind";
    public const string NamespaceStatus = "tcp.agent.namespace.status";
    public const string ErrorType = "error.type";
}
