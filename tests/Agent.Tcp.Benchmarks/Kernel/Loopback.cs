namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>Brings up <c>lo</c>, which is down in a new network namespace.</summary>
internal static unsafe class Loopback
{
    // include/uapi/linux/sockios.h, include/uapi/linux/if.h
    private const nuint GetInterfaceFlags = 0x8913;
    private const nuint SetInterfaceFlags = 0x8914;
    private const short InterfaceUp = 1;

    /// <summary><c>struct ifreq</c>: IFNAMSIZ bytes of name, then a union that begins with the flags here.</summary>
    private const int RequestSize = 40;
    private const int NameSize = 16;

    public static void Up()
    {
        byte* request = stackalloc byte[RequestSize];
        new Span<byte>(request, RequestSize).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, NameSize));
        int descriptor = Native.Checked(Native.socket(SocketCalls.AfInet, SocketCalls.Datagram, 0), "socket");
        try
        {
            Native.Checked(Native.ioctl(descriptor, GetInterfaceFlags, request), "ioctl(SIOCGIFFLAGS)");
            *(short*)(request + NameSize) |= InterfaceUp;
            Native.Checked(Native.ioctl(descriptor, SetInterfaceFlags, request), "ioctl(SIOCSIFFLAGS)");
        }
        finally
        {
            _ = Native.close(descriptor);
        }
    }
}
