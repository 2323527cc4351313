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

    /// <summary>Takes the first message off what is left of a datagram.</summary>
    /// <returns>False where none begins there that is whole.</returns>
    public static bool TryTake(ref ReadOnlySpan<byte> datagram, out NlMsgHdr header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!MemoryMarshal.TryRead(datagram, out header) || header.nlmsg_len < Size || header.nlmsg_len > (uint)datagram.Length)
        {
            return false;
        }

        int length = (int)header.nlmsg_len;
        payload = datagram[Size..length];
        datagram = datagram[Math.Min(Netlink.Align(length), datagram.Length)..];
        return true;
    }
}
