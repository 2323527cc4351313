namespace Agent.Tcp.SockDiag;

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
