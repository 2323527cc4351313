namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// The arithmetic of counting: established sockets of a family are those that its total has (<c>inuse</c>) less the full
/// sockets of other states. Pure.
/// </summary>
/// <param name="Inet">Established AF_INET sockets.</param>
/// <param name="Mapped">Established AF_INET6 sockets with IPv4-mapped addresses.</param>
/// <param name="Ipv6">The other established AF_INET6 sockets. Of these two, one is listed, and the other is what is left.</param>
internal readonly record struct EstablishedCount(long Inet, long Mapped, long Ipv6)
{
    /// <summary>How far the totals may move meanwhile: this, and one socket in <see cref="SharePerSocket"/>.</summary>
    public const long LeastBound = 16;

    public const long SharePerSocket = 512;

    /// <summary>The totals before and after may differ by this much, for a total of so many sockets.</summary>
    public static long Bound(long inuse) => LeastBound + (inuse / SharePerSocket);

    /// <summary>Works it out.</summary>
    /// <param name="before">The totals before the dump.</param>
    /// <param name="after">The totals after it.</param>
    /// <param name="inetOthers">Full AF_INET sockets that are not established.</param>
    /// <param name="inet6Others">The same of AF_INET6.</param>
    /// <param name="inet6">One kind of the established AF_INET6 sockets.</param>
    /// <param name="count">The result.</param>
    /// <returns>False when the table moved by more than <see cref="Bound"/>, or the numbers contradict each other by more.</returns>
    public static bool TryOf(
        in SocketTotals before, in SocketTotals after, long inetOthers, long inet6Others, Inet6Part inet6, out EstablishedCount count)
    {
        bool isInet = TryFamily(before.Inet, after.Inet, inetOthers, out long inet);
        bool isInet6 = TryFamily(before.Inet6 ?? 0, after.Inet6 ?? 0, inet6Others + inet6.Count, out long rest);
        count = new EstablishedCount(inet, inet6.IsMapped ? inet6.Count : rest, inet6.IsMapped ? rest : inet6.Count);
        return isInet && isInet6 && before.Inet6 is null == after.Inet6 is null;
    }

    /// <summary>What is left of the mean of two totals. Where it is a little below 0, sockets have come meanwhile: it is 0.</summary>
    private static bool TryFamily(long before, long after, long others, out long left)
    {
        long bound = Bound(Math.Max(before, after));
        left = ((before + after) / 2) - others;
        bool isConsistent = Math.Abs(before - after) <= bound && left >= -bound;
        left = Math.Max(left, 0);
        return isConsistent;
    }
}
