using System.Runtime.InteropServices;

namespace Agent.Tcp.Interop;

/// <summary><c>struct pollfd</c>, include/uapi/asm-generic/poll.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    public int fd;
    public short events;
    public short revents;
}
