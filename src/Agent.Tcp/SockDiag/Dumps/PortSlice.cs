namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// One of several parts of a namespace's connections, by the port that differs among those of one service: the local one
/// where it is ephemeral, as of clients, otherwise the remote one, as of servers. Every connection is in exactly one part. A part
/// has ports in narrow stripes all over their range, since the kernel gives the connections to one peer ports that follow
/// one another (net/ipv4/inet_hashtables.c, <c>__inet_hash_connect</c>): so those of one peer are in all parts, or in many.
/// </summary>
/// <param name="First">The least ephemeral port.</param>
/// <param name="Last">The greatest.</param>
/// <param name="Part">Which part, from 0 on.</param>
/// <param name="Parts">How many there are.</param>
/// <param name="Service">A local port that is ephemeral by its number only, because many connections have it; 0 for none.</param>
internal readonly record struct PortSlice(ushort First, ushort Last, int Part, int Parts, ushort Service = 0)
{
    /// <summary>How many ports there are.</summary>
    public const int Ports = ushort.MaxValue + 1;

    /// <summary>The most stripes that a part has: with more parts than <see cref="Coarsest"/>, their width is rounded down.</summary>
    public const int MostStripes = 2 * Coarsest;

    /// <summary>How many stripes a part has among the ephemeral ports, if they are not few.</summary>
    private const int Stripes = 16;

    /// <summary>How many it has among all ports, at the most: each takes code in a filter, which the kernel checks.</summary>
    private const int Coarsest = 64;

    /// <summary>Everything.</summary>
    public static PortSlice All { get; } = new(0, ushort.MaxValue, 0, 1);

    /// <summary>The ephemeral ports.</summary>
    public PortRange Ephemeral => new(First, Last + 1);

    /// <summary>The service's port alone.</summary>
    public PortRange OfService => Service == 0 ? default : new PortRange(Service, Service + 1);

    /// <summary>Ports in a stripe; the next stripe is of the next part.</summary>
    public int Width => Math.Max(Math.Max((Last - First + 1) / (Stripes * Parts), Ports / (Coarsest * Parts)), 1);

    public bool Contains(ushort local, ushort remote) =>
        Contains(Ephemeral.Contains(local) && !OfService.Contains(local) ? local : remote);

    private bool Contains(ushort port) => port / Width % Parts == Part;
}

/// <summary>Ports from one up to another that is no longer among them.</summary>
internal readonly record struct PortRange(int From, int To)
{
    public bool IsEmpty => From == To;

    public bool Contains(ushort port) => port >= From && port < To;
}
