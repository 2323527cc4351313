using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.SockDiag.Counting;

namespace Agent.Tcp.Snapshots;

/// <summary>The last reading of one namespace. Kept and reused for as long as the namespace lives.</summary>
internal sealed class NamespaceSnapshot
{
    private readonly FamilyStatus[] _families = new FamilyStatus[2];

    public TcpNamespace? Namespace { get; private set; }

    /// <summary>Which source it was read by.</summary>
    public TcpSourceKind Source { get; private set; }

    public NamespaceStatus Status { get; set; }

    /// <summary>When it was found, by the clock's timestamp.</summary>
    public long? FoundAt { get; set; }

    /// <summary>When it was last read, by the clock's timestamp, or that was tried; null when it never was.</summary>
    public long? ReadAt { get; set; }

    /// <summary>When no family of it failed the last time; null when that never was.</summary>
    public long? WholeAt { get; set; }

    /// <summary>When its sockets were last listed, not only counted; null when they never were.</summary>
    public long? ListedAt { get; set; }

    /// <summary>The established sockets of the reading before this one; null when there was none.</summary>
    public EstablishedCount? LastEstablished { get; private set; }

    /// <summary>Established sockets were counted and not listed: what only their rows tell is of <see cref="ListedAt"/>.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>How many readings before this one were so, without one between that listed.</summary>
    public int CountedInARow { get; private set; }

    /// <summary>Its established AF_INET6 sockets, where they are few and were listed by themselves; null if never.</summary>
    public KnownSockets? KnownInet6 { get; set; }

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

    /// <summary>A family could not be read, or never was: its counts are unknown.</summary>
    public bool HasFailed =>
        this[SocketFamily.Inet] == FamilyStatus.Failed || this[SocketFamily.Inet6] == FamilyStatus.Failed;

    /// <summary>Begins a reading: what was read before is forgotten.</summary>
    public void Begin(TcpNamespace space, TcpSourceKind source)
    {
        KeepLast();
        Namespace = space;
        Source = source;
        Counts.Clear();
        Signals?.Clear();
        Array.Clear(_families);
    }

    /// <summary>Established sockets are so many; what is known of their rows is what was known before.</summary>
    public void SetCounted(EstablishedCount established)
    {
        Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Established, established.Inet);
        Counts.Set(TcpSocketKind.Ipv4Inet6, TcpState.Established, established.Mapped);
        Counts.Set(TcpSocketKind.Ipv6Inet6, TcpState.Established, established.Ipv6);
        Signals?.Recall();
        IsCounted = true;
    }

    /// <summary>Takes over the families of another snapshot that could be read, and keeps its own of those that could not.</summary>
    public void TakeOver(NamespaceSnapshot other)
    {
        Namespace = other.Namespace;
        Source = other.Source;
        TakeOver(other, SocketFamily.Inet);
        TakeOver(other, SocketFamily.Inet6);
    }

    private void TakeOver(NamespaceSnapshot other, SocketFamily family)
    {
        if (other[family] != FamilyStatus.Failed)
        {
            this[family] = other[family];
            Counts.CopyFrom(other.Counts, family);
            Signals?.CopyFrom(other.Signals!, family);
        }
    }

    private void KeepLast()
    {
        if (!HasReading)
        {
            return;
        }

        LastEstablished = new EstablishedCount(
            Counts[TcpSocketKind.Ipv4Inet, TcpState.Established],
            Counts[TcpSocketKind.Ipv4Inet6, TcpState.Established],
            Counts[TcpSocketKind.Ipv6Inet6, TcpState.Established]);
        CountedInARow = IsCounted ? CountedInARow + 1 : 0;
        if (!IsCounted && !HasFailed)
        {
            Signals?.Keep();
        }

        IsCounted = false;
    }

    /// <summary>The namespace is read through another process from now on, or its name has been learned.</summary>
    public void Follow(TcpNamespace space) => Namespace = space;
}
