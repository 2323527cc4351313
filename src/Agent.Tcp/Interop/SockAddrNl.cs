using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary><c>struct sockaddr_nl</c>, include/uapi/linux/netlink.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SockAddrNl
{
    public ushort nl_family;
    public ushort nl_pad;

    /// <summary>The port; 0 is the kernel.</summary>
    public uint nl_pid;

    public uint nl_groups;
}
