namespace Agent.Tcp.SockDiag.Counting;

/// <summary>Which AF_INET6 sockets a dump lists, by their peer's address.</summary>
internal enum PeerFilter : byte
{
    None = 0,

    /// <summary>Those with an IPv4-mapped one.</summary>
    Mapped,

    /// <summary>The others.</summary>
    Unmapped,
}
