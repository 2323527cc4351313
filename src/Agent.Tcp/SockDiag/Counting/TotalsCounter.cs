using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Totals;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// Counts a namespace's sockets without listing the established ones: its totals, a dump of all other states, which of the
/// established AF_INET6 sockets are IPv4-mapped (only where there are any), and the totals again.
/// Allocates nothing. Not thread-safe.
/// </summary>
internal sealed class TotalsCounter(SockDiagReader reader, TcpCounting counting, uint states)
{
    /// <summary>
    /// Rows that must be saved: about 1.5 ms, three times what an empty walk costs. Counting costs a second walk of the kernel's
    /// hash where there are many AF_INET6 sockets, and four small files.
    /// </summary>
    public const long WorthCounting = 2_000;

    /// <summary>Where the totals disagree, once more; then the sockets are listed.</summary>
    private const int MaxAttempts = 2;

    private readonly SockstatReader _sockstat = new();
    private readonly Inet6Splitter _inet6 = new(reader);
    private readonly uint _others = states & ~(1u << (int)TcpState.Established);

    /// <summary>Counts, of a kernel that dumps both families at once.</summary>
    /// <param name="visit">What is to be read.</param>
    /// <param name="others">Counts the sockets that are listed.</param>
    /// <returns>False where it is to be listed; then the reading is as it was begun.</returns>
    public bool TryRead(in SockDiagVisit visit, ConnectionCounter others)
    {
        if (_inet6.IsRefused
            || MustList(visit)
            || (visit.Hints.Totals is { } told && !IsWorthIt(counting, told, visit.Memory))
            || !_sockstat.TryRead(visit.Space, out SocketTotals totals)
            || visit.HasInet6 == totals.Inet6 is null
            || !IsWorthIt(counting, totals, visit.Memory))
        {
            return false;
        }

        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            SocketTotals before = totals;
            if (!TryDump(visit, others, before, out Inet6Part inet6) || !_sockstat.TryRead(visit.Space, out totals))
            {
                break;
            }

            FullSockets full = others.Full;
            if (!IsOf(visit.Space))
            {
                break;
            }

            if (EstablishedCount.TryOf(
                before, totals, full[SocketFamily.Inet], full[SocketFamily.Inet6], inet6, out EstablishedCount established))
            {
                visit.Into.SetEstablished(established.Inet, established.Mapped, established.Ipv6);
                return true;
            }
        }

        others.Clear();
        return false;
    }

    /// <summary>Whether counting is cheaper, by the totals and the last reading; where there is none, by the totals alone.</summary>
    public static bool IsWorthIt(TcpCounting counting, in SocketTotals totals, CountingMemory memory) =>
        counting == TcpCounting.Totals
        || Math.Min(totals.Inet + (totals.Inet6 ?? 0), memory.Saved ?? totals.Inet) >= WorthCounting;

    /// <summary>Also where no listing has told yet what only rows do.</summary>
    private bool MustList(in SockDiagVisit visit) =>
        counting == TcpCounting.List
        || visit.Hints.MustList
        || visit.Into.Rows is { NeedsAll: true }
        || visit.Into is { NeedsListing: true, HasListed: false };

    /// <summary>The process may have ended since it was found, and its number been given to one of another namespace.</summary>
    private static bool IsOf(TcpNamespace space) => space.Inode == 0 || Libc.Inode(space.Tcp.Bytes) == space.Inode;

    /// <summary>Lists what is not established, and splits the AF_INET6 ones that are.</summary>
    private bool TryDump(in SockDiagVisit visit, ConnectionCounter others, in SocketTotals before, out Inet6Part inet6)
    {
        inet6 = new Inet6Part(IsMapped: true, 0);
        var query = new SockDiagQuery(null, _others);
        others.Into(visit.Into.Counts, query, visit.Into.Signals, visit.Into.Rows, countsFull: true);
        if (!reader.Read(visit.Socket, query, others).IsWhole || others.Full.IsUntold)
        {
            return false;
        }

        long established = (before.Inet6 ?? 0) - others.Full[SocketFamily.Inet6];
        return established <= 0 || _inet6.TrySplit(visit.Socket, visit.Memory, established, out inet6);
    }
}
