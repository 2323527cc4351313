namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>
/// The answers to a dump, or to requests for single sockets, out of the datagrams they come in. Pure: it is handed bytes and
/// asks for nothing; whatever the bytes are, it does not throw. Messages of another request or for another socket are passed over.
/// </summary>
/// <param name="first">The number of the dump, or of the first request for a socket; the others' follow it.</param>
/// <param name="port">The port of the socket that asked.</param>
/// <param name="sink">Takes the sockets.</param>
/// <param name="lookups">How many single sockets were asked for; 0 for a dump.</param>
internal struct SockDiagAnswer(uint first, uint port, ISockDiagSink sink, int lookups = 0)
{
    private int _answered;
    private bool _interrupted;

    /// <summary>A datagram has been taken.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>True when nothing more is to come, well or badly; <see cref="Result"/> says which.</summary>
    public bool HasEnded { get; private set; }

    public SockDiagResult Result { get; private set; }

    /// <summary>Takes the messages of a datagram, until the last that was asked for.</summary>
    public void Feed(ReadOnlySpan<byte> datagram)
    {
        HasBegun = true;
        if (datagram.IsEmpty)
        {
            End(SockDiagFault.Malformed);
        }

        while (!datagram.IsEmpty && !HasEnded)
        {
            if (!NlMsgHdr.TryTake(ref datagram, out NlMsgHdr header, out ReadOnlySpan<byte> payload))
            {
                End(SockDiagFault.Malformed);
            }
            else if (header.nlmsg_pid == port && header.nlmsg_seq - first < (uint)Math.Max(lookups, 1))
            {
                Message(header.nlmsg_type, header.nlmsg_flags, payload);
            }
        }
    }

    private void Message(ushort type, ushort flags, ReadOnlySpan<byte> payload)
    {
        _interrupted |= (flags & Netlink.NLM_F_DUMP_INTR) != 0;
        switch (type)
        {
            case InetDiag.TCPDIAG_GETSOCK when lookups == 0:
            case InetDiag.SOCK_DIAG_BY_FAMILY:
                Socket(payload);
                break;
            case Netlink.NLMSG_DONE when lookups == 0:
                Done(payload);
                break;

            // ENOENT where nothing is left of the socket, ESTALE where another one has its addresses and ports now.
            case Netlink.NLMSG_ERROR when lookups > 0:
                Answered();
                break;
            case Netlink.NLMSG_ERROR:
                Refused(payload);
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

    private void Socket(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < InetDiagMsg.Size
            || !sink.TryAdd(in MemoryMarshal.AsRef<InetDiagMsg>(payload), payload[InetDiagMsg.Size..]))
        {
            End(SockDiagFault.Malformed);
        }
        else if (lookups > 0)
        {
            Answered();
        }
    }

    private void Answered()
    {
        if (++_answered == lookups)
        {
            End(SockDiagFault.None);
        }
    }

    /// <summary>The end of the dump; since Linux 4.13 with what the last step of it returned, an errno when negative.</summary>
    private void Done(ReadOnlySpan<byte> payload)
    {
        int result = payload.Length >= sizeof(int) ? MemoryMarshal.Read<int>(payload) : 0;
        if (result < 0)
        {
            Refused(result);
        }
        else
        {
            End(_interrupted ? SockDiagFault.Interrupted : SockDiagFault.None);
        }
    }

    /// <summary><c>struct nlmsgerr</c>: an errno, negated, and the request. 0 is an acknowledgement, which a dump never gets.</summary>
    private void Refused(ReadOnlySpan<byte> payload)
    {
        int result = payload.Length >= sizeof(int) ? MemoryMarshal.Read<int>(payload) : 0;
        if (result < 0)
        {
            Refused(result);
        }
        else
        {
            End(SockDiagFault.Malformed);
        }
    }

    private void Refused(int result) => End(SockDiagFault.Refused, result == int.MinValue ? 0 : -result);

    private void End(SockDiagFault fault, int error = 0)
    {
        HasEnded = true;
        Result = new SockDiagResult(fault, error);
    }
}

/// <summary>Takes the sockets of a dump.</summary>
internal interface ISockDiagSink
{
    /// <summary>A dump begins, perhaps once more: what was taken before is void.</summary>
    void Begin();

    /// <summary>One socket.</summary>
    /// <param name="message">The socket, in the datagram's own memory.</param>
    /// <param name="attributes">What follows it; read by <see cref="InetDiagAttributes"/>.</param>
    /// <returns>
    /// False to end the dump without a result: it is no socket of TCP's two families, so not what was asked for; or more came
    /// than the sink takes.
    /// </returns>
    bool TryAdd(ref readonly InetDiagMsg message, ReadOnlySpan<byte> attributes);
}
