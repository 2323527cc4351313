namespace Agent.Tcp.Ports;

/// <summary>
/// The ports that a namespace's sockets listen on, which tell servers from clients. A connection has the family of the socket
/// that accepted it, so a listener is of its own family only, but for one on <c>::</c>: unless it is IPv6 only it takes IPv4,
/// and a connection can be turned into an AF_INET one (IPV6_ADDRFORM).
/// </summary>
internal sealed class ListeningPorts
{
    private readonly Listeners[] _byPort = new Listeners[ushort.MaxValue + 1];

    /// <summary>Those with any listener, and maybe some that had one.</summary>
    private readonly List<ushort> _ports = [];

    [Flags]
    private enum Listeners : byte
    {
        None = 0,
        Inet = 1,
        Mapped = 2,
        Ipv6 = 4,
        Dual = 8,
        Inet6 = Mapped | Ipv6 | Dual,
    }

    public void Add(in SocketRow listener)
    {
        ref Listeners listeners = ref _byPort[listener.Local.Port];
        if (listeners == Listeners.None)
        {
            _ports.Add(listener.Local.Port);
        }

        listeners |= listener switch
        {
            { Family: SocketFamily.Inet } => Listeners.Inet,
            { Local.IsIpv4: true } => Listeners.Mapped,
            { Local.IsIpv6Any: true, IsV6Only: false } => Listeners.Dual,
            _ => Listeners.Ipv6,
        };
    }

    /// <summary>Whether anything listens on it.</summary>
    public bool HasPort(ushort port) => _byPort[port] != Listeners.None;

    /// <summary>Whether a listener of the namespace may have accepted the socket.</summary>
    public bool HasPortOf(in SocketRow socket)
    {
        Listeners listeners = _byPort[socket.Local.Port];
        return listeners != Listeners.None && (listeners & (Listeners.Dual | socket switch
        {
            { Family: SocketFamily.Inet } => Listeners.Inet,
            { Local.IsIpv4: true } => Listeners.Mapped,
            _ => Listeners.Ipv6,
        })) != Listeners.None;
    }

    public void Clear(SocketFamily family)
    {
        Listeners kept = family == SocketFamily.Inet ? Listeners.Inet6 : Listeners.Inet;
        int count = 0;
        foreach (ushort port in CollectionsMarshal.AsSpan(_ports))
        {
            if ((_byPort[port] &= kept) != Listeners.None)
            {
                _ports[count++] = port;
            }
        }

        CollectionsMarshal.SetCount(_ports, count);
    }
}
