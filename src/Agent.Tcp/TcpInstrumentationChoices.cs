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

/// <summary>How sock_diag learns how many sockets are established: the setting <c>Tcp:Counting</c>.</summary>
/// <remarks>
/// Established sockets are most of a busy node's, and the kernel knows how many there are without listing them:
/// <c>sockstat</c> tells the sockets of each family, and a dump lists all that are not established. The difference is exact
/// where nothing changes meanwhile; docs/counting.md tells the method and its bounds.
/// </remarks>
public enum TcpCounting
{
    /// <summary>Counts where that is cheaper, by the totals and the last reading; otherwise lists.</summary>
    Auto = 0,

    /// <summary>Always lists every socket.</summary>
    List = 1,

    /// <summary>Counts wherever it can, also where listing would be cheaper.</summary>
    Totals = 2,
}

/// <summary>Which network namespaces are read: the setting <c>Tcp:Namespaces</c>.</summary>
public enum NamespaceScope
{
    /// <summary>The one this process lives in.</summary>
    Own = 0,

    /// <summary>The host's: that of PID 1 under the proc root.</summary>
    Host = 1,

    /// <summary>Every one that can be seen.</summary>
    All = 2,
}
