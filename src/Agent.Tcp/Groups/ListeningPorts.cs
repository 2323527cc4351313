namespace Agent.Tcp.Groups;

/// <summary>
/// The ports that a namespace's sockets listen on, which tell servers from clients. A connection has the family of the socket
/// that accepted it, so a listener is of its own family only, but for one on <c>::</c>: unless it is IPv6 only it takes IPv4,
/// and a connection can be turned into an AF_INET one (IPV6_ADDRFORM).
/// </summary>
internal sealed class ListeningPorts
{
    private readonly HashSet<ushort> _inet = [];
    private readonly HashSet<ushort> _mapped = [];
    private readonly HashSet<ushort> _ipv6 = [];
    private readonly HashSet<ushort> _dual = [];

    public void Add(in SocketRow listener) => Of(listener).Add(listener.Local.Port);

    /// <summary>Whether a listener of the namespace may have accepted the socket.</summary>
    public bool HasPortOf(in SocketRow socket)
    {
        ushort port = socket.Local.Port;
        return _dual.Contains(port) || (socket switch
        {
            { Family: SocketFamily.Inet } => _inet.Contains(port),
            { Local.IsIpv4: true } => _mapped.Contains(port),
            _ => _ipv6.Contains(port),
        });
    }

    public void Clear(SocketFamily family)
    {
        if (family == SocketFamily.Inet)
        {
            _inet.Clear();
        }
        else
        {
            _mapped.Clear();
            _ipv6.Clear();
            _dual.Clear();
        }
    }

    private HashSet<ushort> Of(in SocketRow listener) => listener switch
    {
        { Family: SocketFamily.Inet } => _inet,
        { Local.IsIpv4: true } => _mapped,
        { Local.IsIpv6Any: true, IsV6Only: false } => _dual,
        _ => _ipv6,
    };
}
