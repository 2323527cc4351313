using System.Runtime.InteropServices;

namespace Agent.Tcp.SockDiag;

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
