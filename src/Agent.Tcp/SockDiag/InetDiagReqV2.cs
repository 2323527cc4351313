using System.Runtime.InteropServices;

namespace Agent.Tcp.SockDiag;

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

    /// <summary>Extensions to add to each answer, a bit each; none are asked for.</summary>
    public byte idiag_ext;

    public byte pad;

    /// <summary>The states wanted, bit N for state N.</summary>
    public uint idiag_states;

    public InetDiagSockId id;
}
