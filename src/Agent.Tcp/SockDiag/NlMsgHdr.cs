using System.Runtime.InteropServices;

namespace Agent.Tcp.SockDiag;

/// <summary><c>struct nlmsghdr</c>, include/uapi/linux/netlink.h: stands before every message of a datagram.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NlMsgHdr
{
    public const int Size = 16;

    /// <summary>The message's length with this header, without the padding to 4 bytes.</summary>
    public uint nlmsg_len;

    public ushort nlmsg_type;
    public ushort nlmsg_flags;

    /// <summary>The request's number, repeated in the answer.</summary>
    public uint nlmsg_seq;

    /// <summary>The port of the socket that asked.</summary>
    public uint nlmsg_pid;
}
