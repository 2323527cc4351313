namespace Agent.Tcp.SockDiag;

/// <summary>Why a dump is no result.</summary>
internal enum SockDiagFault : byte
{
    None = 0,

    /// <summary>The socket could not be opened: no such protocol, or a policy forbids it.</summary>
    NoSocket,

    /// <summary>The kernel refused the request, or ended the dump with an error.</summary>
    Refused,

    /// <summary>The table changed under the dump (NLM_F_DUMP_INTR).</summary>
    Interrupted,

    /// <summary>Datagrams were lost: the receive buffer was full (ENOBUFS, NLMSG_OVERRUN).</summary>
    Overrun,

    /// <summary>A datagram was longer than the buffer.</summary>
    Truncated,

    /// <summary>A message that is none, or is no TCP socket of a family that was asked for.</summary>
    Malformed,

    /// <summary>The dump did not end within the deadline.</summary>
    Timeout,

    /// <summary>Receiving failed otherwise.</summary>
    Receive,
}
