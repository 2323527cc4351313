namespace Agent.Tcp.SockDiag.Counting;

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
