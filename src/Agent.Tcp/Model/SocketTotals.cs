namespace Agent.Tcp;

/// <summary>
/// What <c>sockstat</c> and <c>sockstat6</c> say of one namespace, for the price of two small files: how many sockets its
/// tables hold, without a walk of the node's hash.
/// </summary>
/// <param name="Inet">AF_INET sockets in the tables but TIME_WAIT and half-open requests (<c>TCP: inuse</c>).</param>
/// <param name="TimeWait">Sockets in TIME_WAIT, of both families (<c>TCP: tw</c>).</param>
/// <param name="Inet6">AF_INET6 sockets (<c>TCP6: inuse</c>); null where the kernel has no IPv6.</param>
internal readonly record struct SocketTotals(long Inet, long TimeWait, long? Inet6)
{
    /// <summary>
    /// Neither table has a row. Half-open requests are not counted by the kernel, but they need a listener, which is;
    /// they stand in the listener's table.
    /// </summary>
    public bool ProveEmpty => ProveInetEmpty && ProveInet6Empty;

    /// <summary>The AF_INET table has no row.</summary>
    public bool ProveInetEmpty => Inet == 0 && TimeWait == 0;

    /// <summary>The AF_INET6 table has no row, or there is none.</summary>
    public bool ProveInet6Empty => TimeWait == 0 && Inet6 is null or 0;

    /// <summary>How many sockets there are more or fewer than at another time.</summary>
    public long DistanceTo(in SocketTotals other) =>
        Math.Abs(Inet - other.Inet) + Math.Abs(TimeWait - other.TimeWait) + Math.Abs((Inet6 ?? 0) - (other.Inet6 ?? 0));
}

/// <summary>What <c>sockstat</c> says of the whole node, in whichever namespace it is read (<c>TCP: orphan</c>, <c>mem</c>).</summary>
/// <param name="Orphans">Sockets of no process any more, that the kernel still closes; null when not known.</param>
/// <param name="MemoryBytes">Memory that TCP's buffers take; null when it, or its unit, is not known.</param>
internal readonly record struct NodeTotals(long? Orphans, long? MemoryBytes);
