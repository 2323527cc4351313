namespace Agent.Tcp.Scheduling;

/// <summary>The hash that reading a namespace walks.</summary>
internal enum WalkedHash : byte
{
    Unknown = 0,

    /// <summary>One of its own.</summary>
    Own,

    /// <summary>The node's.</summary>
    Shared,
}

/// <summary>What reading a namespace costs, and why.</summary>
/// <param name="Cpu">CPU time.</param>
/// <param name="Rows">Sockets that were listed.</param>
/// <param name="Hash">The hash that was walked.</param>
/// <param name="IsJudged">That is judged by the cost; the kernel did not tell.</param>
internal readonly record struct NamespaceCost(TimeSpan Cpu, long Rows, WalkedHash Hash, bool IsJudged)
{
    /// <summary>A row of procfs takes 1.5 to 2.3 µs, one of sock_diag half of that.</summary>
    private static readonly TimeSpan Row = TimeSpan.FromMicroseconds(2);

    /// <summary>What a hash of its own can save: all but the rows.</summary>
    public TimeSpan Walk => Cpu > Rows * Row ? Cpu - (Rows * Row) : TimeSpan.Zero;

    /// <summary>
    /// Judges a reading by procfs, which walks once or, where there are IPv6 sockets, twice: one of the node's hash costs at least
    /// half of what sock_diag takes for a walk of that.
    /// </summary>
    /// <param name="walk">What sock_diag takes; null where unknown.</param>
    public NamespaceCost Judge(TimeSpan? walk) => this with
    {
        Hash = walk is null ? WalkedHash.Unknown : 2 * Walk >= walk ? WalkedHash.Shared : WalkedHash.Own,
        IsJudged = walk is not null,
    };
}
