namespace Agent.Tcp;

/// <summary>Takes the sockets of one namespace one by one, as a source lists them.</summary>
internal interface ISocketRows
{
    /// <summary>Every socket is wanted at every reading; otherwise a reading may leave out those that are established.</summary>
    bool NeedsAll { get; }

    /// <summary>The order of <see cref="Add(in SocketRow)"/> matters.</summary>
    bool NeedsOrder { get; }

    /// <summary>What the kernel measured of established connections is wanted, where the source tells it.</summary>
    bool NeedsInfo => false;

    /// <summary>The namespace; again when it is read through another process.</summary>
    void Follow(TcpNamespace space);

    /// <summary>A reading begins: what was taken before is void.</summary>
    void Begin();

    /// <summary>A family's table is read again, or could not be read to its end: what was taken of it is void.</summary>
    void Clear(SocketFamily family);

    /// <summary>Whether a socket is wanted: the row of one that is not need not be made.</summary>
    /// <param name="state">Its state.</param>
    /// <param name="localPort">Its port, in host order.</param>
    bool Wants(TcpState state, ushort localPort);

    /// <summary>
    /// One socket. Listening sockets come before all others of their family, as the kernel lists them; and, where
    /// <see cref="NeedsOrder"/>, AF_INET6 ones before those of AF_INET, whose listeners may have accepted them.
    /// </summary>
    void Add(in SocketRow row);

    /// <summary>The same for an established connection, where <see cref="NeedsInfo"/> and the source tells.</summary>
    void Add(in SocketRow row, in ConnectionInfo info) => Add(in row);

    /// <summary>The reading has ended.</summary>
    /// <param name="reading">What it found; the rows are only part of it where a family failed.</param>
    void End(Reading reading);
}

/// <summary>One socket as either source lists it.</summary>
internal readonly struct SocketRow
{
    public SocketFamily Family { get; init; }
    public TcpState State { get; init; }
    public SocketEnd Local { get; init; }
    public SocketEnd Remote { get; init; }

    /// <summary>The owner; 0 also where the kernel does not know one (TIME_WAIT).</summary>
    public uint Uid { get; init; }

    /// <summary>0 for sockets without a file: TIME_WAIT, half-open requests, connections not yet accepted or already closed.</summary>
    public ulong Inode { get; init; }

    /// <summary>An AF_INET6 listener that takes no IPv4; false where the source does not tell.</summary>
    public bool IsV6Only { get; init; }
}

/// <summary>An address and port, of either family: 128 bits in network order, IPv4 as ::ffff:a.b.c.d.</summary>
/// <param name="High">The first eight bytes.</param>
/// <param name="Low">The last eight bytes.</param>
/// <param name="Port">In host order.</param>
internal readonly record struct SocketEnd(ulong High, ulong Low, ushort Port)
{
    private const ulong MappedPrefix = 0xFFFF;

    public bool IsIpv4 => High == 0 && Low >> 32 == MappedPrefix;

    /// <summary><c>::</c>; not 0.0.0.0.</summary>
    public bool IsIpv6Any => (High | Low) == 0;

    /// <summary>Of the four words of an address, numbers as in network order; IPv4 has only the first.</summary>
    public static SocketEnd Of(SocketFamily family, uint word0, uint word1, uint word2, uint word3, ushort port) =>
        family == SocketFamily.Inet
            ? new(0, (MappedPrefix << 32) | word0, port)
            : new(((ulong)word0 << 32) | word1, ((ulong)word2 << 32) | word3, port);

    /// <summary>For the platform: its last four bytes as an IPv4 address, or all as one of IPv6, also where it is mapped.</summary>
    public IPEndPoint ToEndPoint(bool asIpv4)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new IPEndPoint(new IPAddress(asIpv4 ? bytes[12..] : bytes), Port);
    }
}
