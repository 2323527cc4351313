namespace Agent.Tcp.SockDiag.Dumps;

/// <summary>What one dump asks for.</summary>
/// <param name="Family">One family (<c>SOCK_DIAG_BY_FAMILY</c>), or null for both in one walk (<c>TCPDIAG_GETSOCK</c>).</param>
/// <param name="States">The states wanted, bit N for state N.</param>
/// <param name="Filter">Only AF_INET6 sockets with such a peer. For one family.</param>
/// <param name="Slice">Only sockets in that part, instead of that filter.</param>
/// <param name="WithInfo">Each socket with its <see cref="TcpInfo"/>, for which the kernel locks it for a moment.</param>
internal readonly record struct SockDiagQuery(
    SocketFamily? Family, uint States, PeerFilter Filter = PeerFilter.None, PortSlice? Slice = null, bool WithInfo = false)
{
    /// <summary>The longest request.</summary>
    public const int MaxLength = NlMsgHdr.Size + InetDiagReq.Size + SliceFilterCode.MaxSize;

    private byte Extensions => (byte)(WithInfo ? 1 << (InetDiag.INET_DIAG_INFO - 1) : 0);

    /// <summary>Writes the request.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> buffer, uint sequence)
    {
        buffer = buffer[..MaxLength];
        buffer.Clear();
        int length = NlMsgHdr.Size + (Family is null ? WriteBoth(buffer) : WriteOne(buffer, Family.Value));
        var header = new NlMsgHdr
        {
            nlmsg_len = (uint)length,
            nlmsg_type = Family is null ? InetDiag.TCPDIAG_GETSOCK : InetDiag.SOCK_DIAG_BY_FAMILY,
            nlmsg_flags = Netlink.NLM_F_REQUEST | Netlink.NLM_F_DUMP,
            nlmsg_seq = sequence,
        };
        MemoryMarshal.Write(buffer, in header);
        return length;
    }

    private int WriteBoth(Span<byte> buffer)
    {
        // The kernel ignores the family of such a dump.
        var request = new InetDiagReq { idiag_family = InetDiag.AF_INET, idiag_ext = Extensions, idiag_states = States };
        MemoryMarshal.Write(buffer[NlMsgHdr.Size..], in request);
        return InetDiagReq.Size + WriteFilter(buffer[(NlMsgHdr.Size + InetDiagReq.Size)..]);
    }

    private int WriteOne(Span<byte> buffer, SocketFamily family)
    {
        var request = new InetDiagReqV2
        {
            sdiag_family = family == SocketFamily.Inet ? InetDiag.AF_INET : InetDiag.AF_INET6,
            sdiag_protocol = InetDiag.IPPROTO_TCP,
            idiag_ext = Extensions,
            idiag_states = States,
        };
        MemoryMarshal.Write(buffer[NlMsgHdr.Size..], in request);
        return InetDiagReqV2.Size + WriteFilter(buffer[(NlMsgHdr.Size + InetDiagReqV2.Size)..]);
    }

    private int WriteFilter(Span<byte> buffer) =>
        Slice is { } slice ? SliceFilterCode.Write(buffer, slice) : PeerFilterCode.Write(buffer, Filter);
}

/// <summary>Values of <c>idiag_states</c>: bit N asks for state N (<c>TCPF_*</c>, include/net/tcp_states.h).</summary>
internal static class StateMask
{
    /// <summary><c>TCPF_BOUND_INACTIVE</c>, from Linux 6.8 on; older kernels ignore the bit.</summary>
    public const uint BoundInactive = 1u << (int)TcpState.BoundInactive;

    /// <summary>Every state that procfs shows: 01 to 0C.</summary>
    public const uint Procfs = 0x1FFE;

    /// <summary>
    /// Those and the bound, inactive sockets, which the kernel shows as 07: so TCP_CLOSE itself is not asked for. None is
    /// lost by that: a socket leaves the hash before it becomes TCP_CLOSE.
    /// </summary>
    public const uint WithBoundInactive = (Procfs & ~(1u << (int)TcpState.Closed)) | BoundInactive;
}
