namespace Agent.Tcp.Snapshots;

/// <summary>The node's TCP sockets at one moment: what every instrument of a collection reports. Reused.</summary>
internal sealed class TcpSnapshot
{
    /// <summary>When reading began.</summary>
    public DateTimeOffset Timestamp { get; set; }

    public NamespaceSnapshot Namespace { get; } = new();

    /// <summary>What could not be read this time.</summary>
    public List<ReadError> Errors { get; } = [];

    public void Begin(DateTimeOffset timestamp)
    {
        Timestamp = timestamp;
        Errors.Clear();
    }
}
