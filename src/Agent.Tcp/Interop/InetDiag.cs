namespace Agent.Tcp.Interop;

/// <summary>Constants of inet_diag and of the sockets it tells of.</summary>
internal static class InetDiag
{
    /// <summary>include/uapi/linux/inet_diag.h: both families, in one walk.</summary>
    public const ushort TCPDIAG_GETSOCK = 18;

    /// <summary>include/uapi/linux/sock_diag.h: one family.</summary>
    public const ushort SOCK_DIAG_BY_FAMILY = 20;

    /// <summary>include/uapi/linux/inet_diag.h: the attribute that holds <c>struct tcp_info</c>, see <see cref="TcpInfo"/>.</summary>
    public const ushort INET_DIAG_INFO = 2;

    /// <summary>include/uapi/linux/inet_diag.h: the attribute that tells which directions are shut down, one byte.</summary>
    public const ushort INET_DIAG_SHUTDOWN = 8;

    /// <summary>include/uapi/linux/inet_diag.h: the attribute that tells <c>IPV6_V6ONLY</c>, one byte.</summary>
    public const ushort INET_DIAG_SKV6ONLY = 11;

    /// <summary>include/linux/socket.h.</summary>
    public const byte AF_INET = 2;

    /// <summary>include/linux/socket.h.</summary>
    public const byte AF_INET6 = 10;

    /// <summary>include/uapi/linux/in.h.</summary>
    public const byte IPPROTO_TCP = 6;

    /// <summary>A port, which messages have in network order.</summary>
    public static ushort HostOrder(ushort port) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
}

/// <summary><c>struct inet_diag_msg</c>, include/uapi/linux/inet_diag.h: one socket. Attributes may follow it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InetDiagMsg
{
    public const int Size = 72;

    public byte idiag_family;

    /// <summary>The kernel's state code. <c>TCP_NEW_SYN_RECV</c> shows as 03; a bound, inactive socket as 07.</summary>
    public byte idiag_state;

    public byte idiag_timer;
    public byte idiag_retrans;
    public InetDiagSockId id;

    /// <summary>Milliseconds until the timer fires.</summary>
    public uint idiag_expires;

    /// <summary>Bytes not yet read; for LISTEN the accept queue's length.</summary>
    public uint idiag_rqueue;

    /// <summary>Bytes not yet acknowledged; for LISTEN the accept queue's limit.</summary>
    public uint idiag_wqueue;

    public uint idiag_uid;
    public uint idiag_inode;

    /// <summary>Either address is IPv4-mapped: a bound listener has one, a connection two. Only for AF_INET6.</summary>
    public readonly bool HasMappedAddress => id.idiag_src.IsIpv4Mapped || id.idiag_dst.IsIpv4Mapped;
}

/// <summary><c>struct inet_diag_sockid</c>, include/uapi/linux/inet_diag.h. Ports and addresses in network order.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct InetDiagSockId
{
    public const int Size = 48;

    public ushort idiag_sport;
    public ushort idiag_dport;
    public InetDiagAddress idiag_src;
    public InetDiagAddress idiag_dst;
    public uint idiag_if;

    /// <summary><c>idiag_cookie[0]</c></summary>
    public uint idiag_cookie0;

    /// <summary><c>idiag_cookie[1]</c></summary>
    public uint idiag_cookie1;
}

/// <summary>
/// <c>__be32 idiag_src[4]</c> of <c>struct inet_diag_sockid</c>: 16 bytes in network order; IPv4 uses the first word.
/// Words, not a 64-bit integer: messages are aligned to 4 bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InetDiagAddress
{
    /// <summary>0x0000FFFF in network order, as it is read on this machine.</summary>
    private static readonly uint MappedWord = BitConverter.IsLittleEndian ? 0xFFFF0000u : 0x0000FFFFu;

    public uint word0;
    public uint word1;
    public uint word2;
    public uint word3;

    /// <summary>::ffff:a.b.c.d, RFC 4291 section 2.5.5.2. Only asked of AF_INET6 sockets.</summary>
    public readonly bool IsIpv4Mapped => word2 == MappedWord && (word0 | word1) == 0;

    /// <summary>The address with its port, which is in network order as well.</summary>
    public readonly SocketEnd At(ushort port, SocketFamily family) => SocketEnd.Of(
        family, HostOrder(word0), HostOrder(word1), HostOrder(word2), HostOrder(word3), InetDiag.HostOrder(port));

    private static uint HostOrder(uint word) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
}

/// <summary>
/// <c>struct inet_diag_req</c>, include/uapi/linux/inet_diag.h: the request of type <c>TCPDIAG_GETSOCK</c>, the first
/// form of inet_diag. A dump ignores its family and returns both in one walk of the hash.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InetDiagReq
{
    public const int Size = 60;

    public byte idiag_family;
    public byte idiag_src_len;
    public byte idiag_dst_len;

    /// <summary>The attributes to add to each answer: bit N - 1 for attribute N.</summary>
    public byte idiag_ext;

    public InetDiagSockId id;

    /// <summary>The states wanted, bit N for state N.</summary>
    public uint idiag_states;

    public uint idiag_dbs;
}

/// <summary>
/// <c>struct inet_diag_req_v2</c>, include/uapi/linux/inet_diag.h: the request of type <c>SOCK_DIAG_BY_FAMILY</c>.
/// One family, so one walk of the hash for each.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InetDiagReqV2
{
    public const int Size = 56;

    public byte sdiag_family;
    public byte sdiag_protocol;

    /// <summary>The attributes to add to each answer: bit N - 1 for attribute N.</summary>
    public byte idiag_ext;

    public byte pad;

    /// <summary>The states wanted, bit N for state N.</summary>
    public uint idiag_states;

    public InetDiagSockId id;
}
