using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Snapshots;

/// <summary>The last reading of one namespace. Kept and reused for as long as the namespace lives.</summary>
internal sealed class NamespaceSnapshot
{
    private readonly FamilyStatus[] _families = new FamilyStatus[2];

    public TcpNamespace? Namespace { get; private set; }

    /// <summary>Which source it was read by.</summary>
    public TcpSourceKind Source { get; private set; }

    public NamespaceStatus Status { get; set; }

    /// <summary>When it was last read, by the clock's timestamp; null when it never was.</summary>
    public long? ReadAt { get; set; }

    /// <summary>The totals as they were when this snapshot began; null when they could not be told.</summary>
    public SocketTotals? TotalsNow { get; set; }

    /// <summary>The totals just before the last reading.</summary>
    public SocketTotals? TotalsWhenRead { get; set; }

    /// <summary>How far the totals have moved since then.</summary>
    public long Movement { get; set; }

    public ConnectionCounts Counts { get; } = new();

    /// <summary>What else the rows told; null where that is not wanted.</summary>
    public SocketSignals? Signals { get; init; }

    /// <summary>The kernel's counters, as old as their own last reading; null where they are not wanted.</summary>
    public NamespaceCounters? Counters { get; init; }

    public FamilyStatus this[SocketFamily family]
    {
        get => _families[(int)family];
        set => _families[(int)family] = value;
    }

    /// <summary>There is something to report.</summary>
    public bool HasReading =>
        this[SocketFamily.Inet] == FamilyStatus.Read || this[SocketFamily.Inet6] == FamilyStatus.Read;

    /// <summary>Begins a reading: what was read before is forgotten.</summary>
    public void Begin(TcpNamespace space, TcpSourceKind source)
    {
        Namespace = space;
        Source = source;
        Counts.Clear();
        Signals?.Clear();
        Array.Clear(_families);
    }

    /// <summary>The namespace is read through another process from now on, or its name has been learned.</summary>
    public void Follow(TcpNamespace space) => Namespace = space;
}
