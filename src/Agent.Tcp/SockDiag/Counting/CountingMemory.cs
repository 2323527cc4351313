using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>What counting remembers of a namespace from one reading to the next.</summary>
internal sealed class CountingMemory
{
    private KnownSockets? _inet6;

    /// <summary>The rows that counting would have saved of the reading before; null when there was none.</summary>
    public long? Saved { get; private set; }

    /// <summary>Which of the established AF_INET6 sockets were fewer: those with IPv4-mapped addresses, also when nothing is known.</summary>
    public bool IsMappedRarer { get; private set; } = true;

    /// <summary>Its established AF_INET6 sockets, where they were few and listed by themselves.</summary>
    public KnownSockets Inet6 => _inet6 ??= new KnownSockets();

    /// <summary>A reading is about to begin, and this is the one before, by whatever source.</summary>
    public void Note(Reading last)
    {
        if (last.HasResult)
        {
            Saved = last.Counts.Countable;
            IsMappedRarer = last.Counts[TcpSocketKind.Ipv4Inet6, TcpState.Established]
                <= last.Counts[TcpSocketKind.Ipv6Inet6, TcpState.Established];
        }
    }
}

/// <summary>
/// The established AF_INET6 sockets of a namespace as they were last listed, where they are few: by their addresses, ports
/// and cookies they can be asked for again, one by one, instead of looking for them in a walk of the whole hash.
/// </summary>
internal sealed class KnownSockets : ISockDiagSink
{
    /// <summary>
    /// As many as are kept. To ask for so many takes about 0.19 ms where a walk past 2,000 sockets, the fewest that are
    /// counted, takes 0.22 ms.
    /// </summary>
    public const int Most = 128;

    private readonly InetDiagSockId[] _sockets = new InetDiagSockId[Most];

    /// <summary>How many were listed; more than are kept where they exceed <see cref="Most"/>.</summary>
    public long Count { get; private set; }

    /// <summary>Those of them with an IPv4-mapped peer.</summary>
    public long Mapped { get; private set; }

    /// <summary>All of them, or none where they are too many.</summary>
    public ReadOnlySpan<InetDiagSockId> Sockets => Count <= Most ? _sockets.AsSpan(0, (int)Count) : [];

    public void Begin() => Count = Mapped = 0;

    public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
    {
        if (Count < Most)
        {
            _sockets[Count] = message.id;
        }

        Count++;
        Mapped += message.id.idiag_dst.IsIpv4Mapped ? 1 : 0;
        return message.idiag_family == InetDiag.AF_INET6;
    }
}
