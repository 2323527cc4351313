using System.Runtime.InteropServices;

namespace Agent.Tcp.SockDiag;

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
