using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// Counts a namespace's sockets without listing the established ones: its totals, a dump of all other states, which of the
/// established AF_INET6 sockets are IPv4-mapped (only where there are any), and the totals again.
/// Allocates nothing. Not thread-safe.
/// </summary>
internal sealed class TotalsCounter(SockDiagReader reader, CountingChoice choice, uint states)
{
    /// <summary>Where the totals disagree, once more; then the sockets are listed.</summary>
    private const int MaxAttempts = 2;

    private readonly SockstatReader _sockstat = new();
    private readonly Inet6Splitter _inet6 = new(reader);
    private readonly uint _others = states & ~(1u << (int)TcpState.Established);

    /// <summary>Counts into a snapshot that was begun, of a kernel that dumps both families at once.</summary>
    /// <param name="socket">The socket, open or to be opened.</param>
    /// <param name="hasInet6">Whether the namespace knows IPv6.</param>
    /// <param name="snapshot">Where it is counted.</param>
    /// <param name="others">Counts the sockets that are listed.</param>
    /// <returns>False where it is to be listed; then the snapshot is as it was begun.</returns>
    public bool TryRead(ISockDiagTransport socket, bool hasInet6, NamespaceSnapshot snapshot, ConnectionCounter others)
    {
        if (_inet6.IsRefused
            || !choice.IsDue(snapshot)
            || !_sockstat.TryRead(snapshot.Namespace!, out SocketTotals totals)
            || hasInet6 == totals.Inet6 is null
            || !choice.IsWorthIt(snapshot, totals))
        {
            return false;
        }

        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            SocketTotals before = totals;
            if (!TryDump(socket, snapshot, others, before, out Inet6Part inet6) || !_sockstat.TryRead(snapshot.Namespace!, out totals))
            {
                break;
            }

            FullSockets full = others.Full;
            if (!IsOf(snapshot.Namespace!))
            {
                break;
            }

            if (EstablishedCount.TryOf(
                before, totals, full[SocketFamily.Inet], full[SocketFamily.Inet6], inet6, out EstablishedCount established))
            {
                snapshot.SetCounted(established);
                return true;
            }
        }

        others.Clear();
        return false;
    }

    /// <summary>The process may have ended since it was found, and its number been given to one of another namespace.</summary>
    private static bool IsOf(TcpNamespace space) => space.Inode == 0 || Libc.Inode(space.Tcp.Bytes) == space.Inode;

    /// <summary>Lists what is not established, and splits the AF_INET6 ones that are.</summary>
    private bool TryDump(
        ISockDiagTransport socket, NamespaceSnapshot snapshot, ConnectionCounter others, in SocketTotals before, out Inet6Part inet6)
    {
        inet6 = new Inet6Part(IsMapped: true, 0);
        var query = new SockDiagQuery(null, _others);
        others.Into(snapshot.Counts, query, snapshot.Signals, countsFull: true);
        if (!reader.Read(socket, query, others).IsWhole || others.Full.IsUntold)
        {
            return false;
        }

        long established = (before.Inet6 ?? 0) - others.Full[SocketFamily.Inet6];
        return established <= 0 || _inet6.TrySplit(socket, snapshot, established, out inet6);
    }
}
