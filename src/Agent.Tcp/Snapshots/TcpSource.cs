namespace Agent.Tcp;

/// <summary>Which interface of the kernel sockets are read by: the setting <c>Tcp:Source</c>.</summary>
/// <remarks>
/// Both tell the same of every connected, connecting, closing and listening socket. Only sock_diag can tell of sockets
/// that are bound and inactive (<see cref="TcpInstrumentationOptions.BoundInactive"/>).
/// </remarks>
public enum TcpSource
{
    /// <summary>sock_diag where it can see, otherwise procfs.</summary>
    Auto = 0,

    /// <summary>The text tables <c>/proc/PID/net/tcp</c> and <c>tcp6</c>: any namespace.</summary>
    Procfs = 1,

    /// <summary>
    /// Netlink socket diagnostics, at less than half of procfs's cost: this process's own namespace, and with CAP_SYS_ADMIN
    /// and CAP_SYS_PTRACE the others. A namespace that cannot be read so is reported as an error.
    /// </summary>
    SockDiag = 2,
}
