using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// Whether a namespace is counted rather than listed. Counting saves a row for nearly each established socket, and costs a
/// second walk of the kernel's hash where there are many AF_INET6 ones, and four small files.
/// </summary>
internal sealed class CountingChoice(TcpCounting counting, ListingSchedule listings)
{
    /// <summary>Rows that must be saved: about 1.5 ms, three times what an empty walk costs.</summary>
    public const long WorthCounting = 2_000;

    /// <summary>Whether to try at all; decided before anything is read.</summary>
    public bool IsDue(NamespaceSnapshot one) => counting != TcpCounting.List && !listings.IsDue(one);

    /// <summary>Whether it is cheaper, by the totals and the last reading; where there is none, by the totals alone.</summary>
    public bool IsWorthIt(NamespaceSnapshot one, in SocketTotals totals) =>
        counting == TcpCounting.Totals
        || Math.Min(
            totals.Inet + (totals.Inet6 ?? 0),
            one.LastEstablished?.Saved ?? totals.Inet) >= WorthCounting;
}
