using System.Runtime.InteropServices;

namespace Agent.Tcp.SockDiag;

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

    /// <summary>Extensions to add to each answer, a bit each; none are asked for.</summary>
    public byte idiag_ext;

    public InetDiagSockId id;

    /// <summary>The states wanted, bit N for state N.</summary>
    public uint idiag_states;

    public uint idiag_dbs;
}
