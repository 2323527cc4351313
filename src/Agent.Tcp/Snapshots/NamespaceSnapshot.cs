using Agent.Tcp.Namespaces;

namespace Agent.Tcp.Snapshots;

/// <summary>The sockets of one namespace at one moment. Reused from one snapshot to the next.</summary>
internal sealed class NamespaceSnapshot
{
    private readonly FamilyStatus[] _families = new FamilyStatus[2];

    public TcpNamespace? Namespace { get; private set; }

    /// <summary>Which source it was read by.</summary>
    public TcpSourceKind Source { get; private set; }

    public ConnectionCounts Counts { get; } = new();

    public FamilyStatus this[SocketFamily family]
    {
        get => _families[(int)family];
        set => _families[(int)family] = value;
    }

    public void Begin(TcpNamespace space, TcpSourceKind source)
    {
        Namespace = space;
        Source = source;
        Counts.Clear();
        Array.Clear(_families);
    }
}
