using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Counting;

/// <summary>
/// The answers to requests for one socket each: the socket, or why there is none. Pure: it is handed bytes and asks for
/// nothing; whatever the bytes are, it does not throw. Messages for another socket or of other requests are passed over.
/// </summary>
/// <param name="first">The number of the first request; the others' follow it.</param>
/// <param name="requests">How many there are.</param>
/// <param name="port">The port of the socket that asked.</param>
internal struct LookupAnswer(uint first, int requests, uint port) : ISockDiagAnswer
{
    private int _answered;

    /// <summary>How many of the sockets are there, and established.</summary>
    public int Established { get; private set; }

    public bool HasEnded { get; private set; }

    public SockDiagResult Result { get; private set; }

    public void Take(NlMsgHdr header, ReadOnlySpan<byte> payload)
    {
        if (header.nlmsg_pid == port && header.nlmsg_seq - first < (uint)requests)
        {
            Message(header.nlmsg_type, payload);
        }
    }

    public void EndMalformed() => End(SockDiagFault.Malformed);

    private void Message(ushort type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case InetDiag.SOCK_DIAG_BY_FAMILY when payload.Length >= InetDiagMsg.Size:
                bool isEstablished = MemoryMarshal.AsRef<InetDiagMsg>(payload).idiag_state == (byte)TcpState.Established;
                Established += isEstablished ? 1 : 0;
                Answered();
                break;

            // ENOENT where nothing is left of it, ESTALE where another socket has its addresses and ports now.
            case Netlink.NLMSG_ERROR:
                Answered();
                break;
            case Netlink.NLMSG_OVERRUN:
                End(SockDiagFault.Overrun);
                break;
            case Netlink.NLMSG_NOOP:
                break;
            default:
                End(SockDiagFault.Malformed);
                break;
        }
    }

    private void Answered()
    {
        if (++_answered == requests)
        {
            End(SockDiagFault.None);
        }
    }

    private void End(SockDiagFault fault)
    {
        HasEnded = true;
        Result = new SockDiagResult(fault);
    }
}
