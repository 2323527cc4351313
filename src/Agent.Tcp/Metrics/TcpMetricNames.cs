namespace Agent.Tcp.Metrics;

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
    public const string StallReason = "tcp.stall.reason";
    public const string OpenKind = "tcp.open.kind";
    public const string NamespaceStatus = "tcp.agent.namespace.status";
    public const string ErrorType = "error.type";
}
