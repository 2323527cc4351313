using Agent.Tcp.Snapshots;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// Counts the established AF_INET6 sockets that are IPv4-mapped. Where the AF_INET6 ones are many, the mapped ones are
/// listed by a filtered dump, which walks the whole hash. Where they are few, they are remembered: as long as every one of
/// them is there and their number is the same, they are the same, and nothing is walked.
/// </summary>
internal sealed class MappedCounter(SockDiagReader reader)
{
    private const uint Established = 1u << (int)TcpState.Established;

    private readonly SocketLookup _lookup = new(reader.Exchange);
    private readonly SocketCounter _mapped = new();

    /// <summary>The kernel does not know filters: what takes one is better listed at once.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Counts.</summary>
    /// <param name="socket">The socket, open or to be opened.</param>
    /// <param name="snapshot">What is remembered of the namespace.</param>
    /// <param name="established">Its established AF_INET6 sockets by the totals, more than 0.</param>
    /// <param name="mapped">Those of them that are mapped.</param>
    /// <returns>False where the kernel does not tell.</returns>
    public bool TryCount(ISockDiagTransport socket, NamespaceSnapshot snapshot, long established, out long mapped)
    {
        if (established > KnownSockets.Most)
        {
            return TryListMapped(socket, out mapped);
        }

        KnownSockets known = snapshot.KnownInet6 ??= new KnownSockets();
        if (known.Count == established && _lookup.AreEstablished(socket, known.Sockets))
        {
            mapped = known.Mapped;
            return true;
        }

        bool isWhole = reader.Read(socket, new SockDiagQuery(SocketFamily.Inet6, Established), known).IsWhole;
        if (!isWhole)
        {
            known.Begin();
        }

        mapped = known.Mapped;
        return isWhole;
    }

    private bool TryListMapped(ISockDiagTransport socket, out long mapped)
    {
        SockDiagResult result = reader.Read(socket, new SockDiagQuery(SocketFamily.Inet6, Established, IsMappedOnly: true), _mapped);
        IsRefused = result.IsUnknownRequest;
        mapped = _mapped.Count;
        return result.IsWhole;
    }
}
