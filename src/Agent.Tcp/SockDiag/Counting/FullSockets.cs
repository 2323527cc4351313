namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// How many of a dump's sockets are full ones, by family: those that <c>inuse</c> counts. The others are small stand-ins,
/// TIME_WAIT (and FIN_WAIT_2 of closed sockets) and half-open requests.
/// </summary>
/// <remarks>
/// The kernel tells of a full socket's <c>sk_shutdown</c> always (<c>INET_DIAG_SHUTDOWN</c>, net/ipv4/inet_diag.c,
/// <c>inet_diag_msg_attrs_fill</c>), and of a stand-in's, which has none, never. Listeners are full: a kernel that does not
/// tell it of them cannot be counted by this; none that .NET runs on is so old.
/// </remarks>
internal struct FullSockets
{
    private long _inet;
    private long _inet6;

    /// <summary>A listener came without its mark: what is not marked may be full, too.</summary>
    public bool IsUntold { get; private set; }

    public readonly long this[SocketFamily family] => family == SocketFamily.Inet ? _inet : _inet6;

    public void Add(SocketFamily family, TcpState state, ReadOnlySpan<byte> attributes)
    {
        if (!InetDiagAttributes.IsFullSocket(attributes))
        {
            IsUntold |= state == TcpState.Listen;
        }
        else if (state == TcpState.BoundInactive)
        {
            // Bound and in no table of connections: the totals leave it out.
        }
        else if (family == SocketFamily.Inet)
        {
            _inet++;
        }
        else
        {
            _inet6++;
        }
    }
}
