namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// One of several parts of a namespace's connections, by the port that differs among those of one service: the local one
/// where it is ephemeral, as of clients, otherwise the remote one, as of servers. Every connection is in exactly one part, and
/// of the connections between any two addresses each part has about as many.
/// </summary>
/// <param name="First">The least ephemeral port.</param>
/// <param name="Last">The greatest.</param>
/// <param name="Part">Which part, from 0 on.</param>
/// <param name="Parts">How many there are.</param>
internal readonly record struct PortSlice(ushort First, ushort Last, int Part, int Parts)
{
    private const int Ports = ushort.MaxValue + 1;

    /// <summary>Everything.</summary>
    public static PortSlice All { get; } = new(0, ushort.MaxValue, 0, 1);

    public PortRange Ephemeral => Slice(First, Last + 1);

    public PortRange Below => Slice(0, First);

    public PortRange Above => Slice(Last + 1, Ports);

    public bool Contains(ushort local, ushort remote) => local >= First && local <= Last
        ? Ephemeral.Contains(local)
        : Ephemeral.Contains(remote) || Below.Contains(remote) || Above.Contains(remote);

    private PortRange Slice(int from, int to) => new(from + ((to - from) * Part / Parts), from + ((to - from) * (Part + 1) / Parts));
}

/// <summary>Ports from one up to another that is no longer among them.</summary>
internal readonly record struct PortRange(int From, int To)
{
    public bool IsEmpty => From == To;

    public bool Contains(ushort port) => port >= From && port < To;
}
