using System.Net;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>
/// TCP sockets as plain descriptors: a hundred thousand <see cref="System.Net.Sockets.Socket"/> objects would be slow
/// to make, and their finalizers and event loop are not what is measured.
/// </summary>
internal static unsafe class SocketCalls
{
    // include/linux/socket.h, include/linux/net.h, include/uapi/asm-generic/socket.h, include/uapi/linux/in6.h
    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int Datagram = 2;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;
    private const int SolSocket = 1;
    private const int SoLinger = 13;
    private const int IpProtoIpv6 = 41;
    private const int Ipv6Only = 26;
    private const int ShutWrite = 1;
    private const int Backlog = 4096;
    private const int AddressSize = 28;

    public static int Listen(IPAddress address, out int port)
    {
        int descriptor = Open(address);
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            int dualStack = 0;
            Native.Checked(Native.setsockopt(descriptor, IpProtoIpv6, Ipv6Only, &dualStack, sizeof(int)), "setsockopt(IPV6_V6ONLY)");
        }

        byte* name = stackalloc byte[AddressSize];
        int length = Write(name, address, 0);
        Native.Checked(Native.bind(descriptor, name, length), "bind");
        Native.Checked(Native.listen(descriptor, Backlog), "listen");
        Native.Checked(Native.getsockname(descriptor, name, &length), "getsockname");
        port = (name[2] << 8) | name[3];
        return descriptor;
    }

    public static int Connect(IPAddress address, int port)
    {
        int descriptor = Open(address);
        Connect(descriptor, address, port);
        return descriptor;
    }

    public static void Connect(int descriptor, IPAddress address, int port)
    {
        byte* name = stackalloc byte[AddressSize];
        int length = Write(name, address, port);
        Native.Checked(Native.connect(descriptor, name, length), "connect");
    }

    public static int Accept(int listener)
    {
        int descriptor = Native.Checked(Native.accept4(listener, null, null, CloseOnExec), "accept4");
        ResetOnClose(descriptor);
        return descriptor;
    }

    /// <summary>Closes one direction: this end goes to FIN_WAIT_2, the other to CLOSE_WAIT, and both stay there.</summary>
    public static void HalfClose(int descriptor) => Native.Checked(Native.shutdown(descriptor, ShutWrite), "shutdown");

    public static int Open(IPAddress address)
    {
        int family = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? AfInet : AfInet6;
        int descriptor = Native.Checked(Native.socket(family, Stream | CloseOnExec, 0), "socket");
        ResetOnClose(descriptor);
        return descriptor;
    }

    /// <summary>A reset leaves no TIME_WAIT behind, so the next size begins with an empty table.</summary>
    private static void ResetOnClose(int descriptor)
    {
        long onWithoutDelay = BitConverter.IsLittleEndian ? 1 : 1L << 32;
        Native.Checked(Native.setsockopt(descriptor, SolSocket, SoLinger, &onWithoutDelay, sizeof(long)), "setsockopt(SO_LINGER)");
    }

    /// <summary>Writes a <c>sockaddr_in</c> or <c>sockaddr_in6</c> and tells its size.</summary>
    private static int Write(byte* target, IPAddress address, int port)
    {
        var bytes = new Span<byte>(target, AddressSize);
        bytes.Clear();
        bool inet = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;
        *(ushort*)target = (ushort)(inet ? AfInet : AfInet6);
        bytes[2] = (byte)(port >> 8);
        bytes[3] = (byte)port;
        _ = address.TryWriteBytes(bytes[(inet ? 4 : 8)..], out _);
        return inet ? 16 : AddressSize;
    }
}
