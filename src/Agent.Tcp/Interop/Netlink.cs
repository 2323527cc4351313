namespace Agent.Tcp.Interop;

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

/// <summary>Constants of include/uapi/linux/netlink.h.</summary>
internal static class Netlink
{
    public const ushort NLMSG_NOOP = 1;
    public const ushort NLMSG_ERROR = 2;
    public const ushort NLMSG_DONE = 3;
    public const ushort NLMSG_OVERRUN = 4;

    public const ushort NLM_F_REQUEST = 0x01;

    /// <summary>The dump changed while it was made.</summary>
    public const ushort NLM_F_DUMP_INTR = 0x10;

    /// <summary><c>NLM_F_ROOT | NLM_F_MATCH</c>: the whole table.</summary>
    public const ushort NLM_F_DUMP = 0x300;

    private const int Alignment = 4;

    /// <summary><c>NLMSG_ALIGN</c> and <c>NLA_ALIGN</c>.</summary>
    public static int Align(int length) => (length + Alignment - 1) & ~(Alignment - 1);
}
