namespace Agent.Tcp;

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
