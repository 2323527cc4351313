namespace Agent.Tcp.Metrics;

/// <summary>Attribute keys and the meter's name: the contract with dashboards and alerts.</summary>
internal static class TcpMetricNames
{
    public const string Meter = "Agent.Tcp";

    public const string NetworkConnectionState = "network.connection.state";
    public const string NetworkType = "network.type";
    public const string TcpSocketFamily = "tcp.socket.family";
    public const string NamespaceStatus = "tcp.agent.namespace.status";
    public const string ErrorType = "error.type";
}
