using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// Asks the kernel for single AF_INET6 sockets (<c>SOCK_DIAG_BY_FAMILY</c> without <c>NLM_F_DUMP</c>): it looks each up in
/// its hash, and holds its cookie against the one given. Allocates nothing. Not thread-safe.
/// </summary>
internal sealed class SocketLookup(SockDiagExchange exchange) : ISockDiagSink
{
    /// <summary>Requests in one datagram: their answers must fit in the socket's receive buffer, a page and more for each.</summary>
    public const int Batch = 32;

    private const int RequestLength = NlMsgHdr.Size + InetDiagReqV2.Size;

    private readonly byte[] _requests = new byte[Batch * RequestLength];
    private int _established;

    /// <summary>Whether all of them are still there, and established.</summary>
    /// <returns>False, too, where the kernel did not tell; then the socket is closed.</returns>
    public bool AreEstablished(ISockDiagTransport socket, ReadOnlySpan<InetDiagSockId> sockets)
    {
        exchange.Begin();
        bool areEstablished = SockDiagExchange.Open(socket).IsWhole;
        while (areEstablished && !sockets.IsEmpty)
        {
            int count = Math.Min(sockets.Length, Batch);
            areEstablished = AskFor(socket, sockets[..count]) == count;
            sockets = sockets[count..];
        }

        return areEstablished;
    }

    public void Begin() => _established = 0;

    public bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes)
    {
        _established += message.idiag_state == (byte)TcpState.Established ? 1 : 0;
        return true;
    }

    /// <summary>How many of a batch are established.</summary>
    private int AskFor(ISockDiagTransport socket, ReadOnlySpan<InetDiagSockId> batch)
    {
        uint first = exchange.Number(batch.Length);
        for (int index = 0; index < batch.Length; index++)
        {
            Write(_requests.AsSpan(index * RequestLength, RequestLength), first + (uint)index, batch[index]);
        }

        Begin();
        var answer = new SockDiagAnswer(first, socket.Port, this, batch.Length);
        if (exchange.Send(socket, _requests.AsSpan(0, batch.Length * RequestLength)).IsWhole
            && exchange.Receive(socket, ref answer).IsWhole)
        {
            return _established;
        }

        // What is still under way on it belongs to no later exchange.
        socket.Close();
        return 0;
    }

    private static void Write(Span<byte> buffer, uint sequence, InetDiagSockId socket)
    {
        var header = new NlMsgHdr
        {
            nlmsg_len = RequestLength,
            nlmsg_type = InetDiag.SOCK_DIAG_BY_FAMILY,
            nlmsg_flags = Netlink.NLM_F_REQUEST,
            nlmsg_seq = sequence,
        };
        var request = new InetDiagReqV2
        {
            sdiag_family = InetDiag.AF_INET6,
            sdiag_protocol = InetDiag.IPPROTO_TCP,
            idiag_states = StateMask.Procfs,
            id = socket,
        };
        MemoryMarshal.Write(buffer, in header);
        MemoryMarshal.Write(buffer[NlMsgHdr.Size..], in request);
    }
}
