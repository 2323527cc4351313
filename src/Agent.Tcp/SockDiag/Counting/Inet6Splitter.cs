using Agent.Tcp.SockDiag.Dumps;

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
    private readonly KnownSockets _listed = new();

    /// <summary>The kernel does not know filters: what takes one is better listed at once.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Splits them.</summary>
    /// <param name="socket">The socket, open or to be opened.</param>
    /// <param name="memory">What is known of the namespace.</param>
    /// <param name="established">Its established AF_INET6 sockets by the totals, more than 0.</param>
    /// <param name="part">One kind of them.</param>
    /// <returns>False where the kernel does not tell.</returns>
    public bool TrySplit(ISockDiagTransport socket, CountingMemory memory, long established, out Inet6Part part)
    {
        if (established > KnownSockets.Most)
        {
            return TryList(socket, memory.IsMappedRarer, out part);
        }

        KnownSockets known = memory.Inet6;
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

/// <summary>One kind of the established AF_INET6 sockets, as it was listed; the other kind is the rest.</summary>
/// <param name="IsMapped">Which: those with IPv4-mapped addresses, or those without.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Inet6Part(bool IsMapped, long Count);
