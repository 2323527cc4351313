namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>How a dump ended.</summary>
/// <param name="Fault"><see cref="SockDiagFault.None"/> when it came whole.</param>
/// <param name="ErrorNumber">The errno behind it, 0 where there is none.</param>
internal readonly record struct SockDiagResult(SockDiagFault Fault, int ErrorNumber = 0)
{
    public bool IsWhole => Fault == SockDiagFault.None;

    /// <summary>Reading again may succeed.</summary>
    public bool IsTransient => Fault is SockDiagFault.Interrupted or SockDiagFault.Overrun;

    /// <summary>The kernel does not know this form of request; it may know the other.</summary>
    public bool IsUnknownRequest => Fault == SockDiagFault.Refused && IsUnsupported;

    public ReadFailure Failure => Fault switch
    {
        SockDiagFault.None => ReadFailure.None,
        SockDiagFault.Interrupted or SockDiagFault.Overrun => ReadFailure.Interrupted,
        SockDiagFault.Malformed or SockDiagFault.Truncated => ReadFailure.MalformedRow,
        SockDiagFault.Timeout => ReadFailure.Timeout,
        _ when ErrorNumber is Errno.EPERM or Errno.EACCES => ReadFailure.PermissionDenied,
        _ when IsUnsupported => ReadFailure.Unsupported,
        _ => ReadFailure.Io,
    };

    /// <summary>What kernels without inet_diag, without tcp_diag or without the socket answer, and what sandboxes make up.</summary>
    private bool IsUnsupported => ErrorNumber
        is Errno.ENOENT
        or Errno.EINVAL
        or Errno.ENOSYS
        or Errno.EOPNOTSUPP
        or Errno.EPROTONOSUPPORT
        or Errno.EAFNOSUPPORT;
}

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
