using System.Runtime.InteropServices;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>The device <c>lo</c>, which is down in a new namespace.</summary>
internal static unsafe class LoopbackDevice
{
    /// <summary><c>SIOCGIFFLAGS</c>, <c>SIOCSIFFLAGS</c>: linux/sockios.h.</summary>
    private const nuint GetFlags = 0x8913;
    private const nuint SetFlags = 0x8914;

    /// <summary><c>IFF_UP</c>, linux/if.h.</summary>
    private const short Up = 1;

    public static void BringUp()
    {
        int descriptor = KernelCalls.Checked(KernelCalls.socket(SocketConstants.Inet, SocketConstants.Datagram, 0), "socket");
        try
        {
            var request = default(InterfaceRequest);
            "lo"u8.CopyTo(new Span<byte>(request.ifr_name, 16));
            KernelCalls.Checked(KernelCalls.ioctl(descriptor, GetFlags, &request), "ioctl(SIOCGIFFLAGS)");
            request.ifr_flags |= Up;
            KernelCalls.Checked(KernelCalls.ioctl(descriptor, SetFlags, &request), "ioctl(SIOCSIFFLAGS)");
        }
        finally
        {
            _ = KernelCalls.close(descriptor);
        }
    }

    /// <summary><c>struct ifreq</c>, linux/if.h.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct InterfaceRequest
    {
        [FieldOffset(0)]
        public fixed byte ifr_name[16];

        [FieldOffset(16)]
        public short ifr_flags;
    }
}
