namespace Agent.Tcp.Snapshots;

/// <summary>By which way network namespaces other than this process's own are read.</summary>
internal enum ForeignAccess : byte
{
    /// <summary>None has been read yet.</summary>
    Untried = 0,

    /// <summary>By netlink sockets opened inside them.</summary>
    SockDiag = 1,

    /// <summary>By procfs, since this process may not enter them, or was told not to.</summary>
    Procfs = 2,
}
