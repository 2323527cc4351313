using Agent.Tcp.Snapshots;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// Tells the established AF_INET6 sockets that are IPv4-mapped from those that are not. Where they are many, a filtered
/// dump, which walks the whole hash, lists the kind that was the rarer one before. Where they are few, they are remembered:
/// as long as every one of them is there and their number is the same, they are the same, and nothing is walked.
/// </summary>
internal sealed class Inet6Splitter(SockDiagReader reader)
{
    private const uint Established = 1u << (int)TcpState.Established;

    private readonly SocketLookup _lookup = new(reader.Exchange);
    private readonly SocketCounter _listed = new();

    /// <summary>The kernel does not know filters: what takes one is better listed at once.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Splits them.</summary>
    /// <param name="socket">The socket, open or to be opened.</param>
    /// <param name="snapshot">What is known of the namespace.</param>
    /// <param name="established">Its established AF_INET6 sockets by the totals, more than 0.</param>
    /// <param name="part">One kind of them.</param>
    /// <returns>False where the kernel does not tell.</returns>
    public bool TrySplit(ISockDiagTransport socket, NamespaceSnapshot snapshot, long established, out Inet6Part part)
    {
        if (established > KnownSockets.Most)
        {
            bool isMappedRarer = snapshot.LastEstablished is not { } last || last.Mapped <= last.Ipv6;
            return TryList(socket, isMappedRarer, out part);
        }

        KnownSockets known = snapshot.KnownInet6 ??= new KnownSockets();
        if (known.Count == established && _lookup.AreEstablished(socket, known.Sockets))
        {
            part = new Inet6Part(IsMapped: true, known.Mapped);
            return true;
        }

        bool isWhole = reader.Read(socket, new SockDiagQuery(SocketFamily.Inet6, Established), known).IsWhole;
        if (!isWhole)
        {
            known.Begin();
        }

        part = new Inet6Part(IsMapped: true, known.Mapped);
        return isWhole;
    }

    private bool TryList(ISockDiagTransport socket, bool isMapped, out Inet6Part part)
    {
        var query = new SockDiagQuery(SocketFamily.Inet6, Established, isMapped ? PeerFilter.Mapped : PeerFilter.Unmapped);
        SockDiagResult result = reader.Read(socket, query, _listed);
        IsRefused = result.IsUnknownRequest;
        part = new Inet6Part(isMapped, _listed.Count);
        return result.IsWhole;
    }
}
