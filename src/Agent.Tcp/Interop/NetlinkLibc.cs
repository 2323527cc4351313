namespace Agent.Tcp.Interop;

/// <summary>
/// The socket calls of the C library that a netlink dump needs, on plain descriptors: they allocate nothing.
/// Each returns the result, or the negated errno.
/// </summary>
internal static unsafe partial class NetlinkLibc
{
    /// <summary><c>AF_NETLINK</c>, include/linux/socket.h.</summary>
    public const ushort AddressFamily = 16;

    /// <summary><c>SOCK_RAW | SOCK_CLOEXEC</c>, include/linux/net.h; the same on all of .NET's Linux targets.</summary>
    public const int RawCloseOnExec = 3 | 0x80000;

    /// <summary><c>NETLINK_SOCK_DIAG</c>, include/uapi/linux/netlink.h.</summary>
    public const int SockDiag = 4;

    /// <summary><c>MSG_DONTWAIT</c>, include/linux/socket.h.</summary>
    private const int DoNotWait = 0x40;

    /// <summary><c>MSG_TRUNC</c>, include/linux/socket.h: the datagram's true length is returned, also when it does not fit.</summary>
    private const int TrueLength = 0x20;

    /// <summary><c>MSG_PEEK</c>, include/linux/socket.h: the datagram stays in the queue.</summary>
    private const int Keep = 0x02;

    /// <summary><c>SOL_SOCKET</c> and <c>SO_RCVBUF</c>, asm-generic/socket.h, which all of .NET's Linux targets use.</summary>
    private const int SocketLevel = 1;
    private const int ReceiveBuffer = 8;

    /// <summary><c>POLLIN</c>, include/uapi/asm-generic/poll.h.</summary>
    private const short PollIn = 1;

    public static int Open() => Result(socket(AddressFamily, RawCloseOnExec, SockDiag));

    /// <summary>Has the kernel choose the socket's port, and tells it.</summary>
    public static int Bind(int descriptor, out uint port)
    {
        var address = new SockAddrNl { nl_family = AddressFamily };
        port = 0;
        if (bind(descriptor, &address, sizeof(SockAddrNl)) < 0)
        {
            return -Marshal.GetLastPInvokeError();
        }

        int length = sizeof(SockAddrNl);
        int result = Result(getsockname(descriptor, &address, &length));
        port = address.nl_pid;
        return result;
    }

    /// <summary>Sends one request to the kernel.</summary>
    public static int Send(int descriptor, ReadOnlySpan<byte> request)
    {
        var kernel = new SockAddrNl { nl_family = AddressFamily };
        fixed (byte* pointer = request)
        {
            return Result((int)sendto(
                descriptor, pointer, (nuint)request.Length, 0, &kernel, sizeof(SockAddrNl)));
        }
    }

    /// <summary>Sets the size of the receive buffer, of which the kernel makes twice that (socket(7)).</summary>
    public static int SetReceiveBuffer(int descriptor, int bytes) =>
        Result(setsockopt(descriptor, SocketLevel, ReceiveBuffer, &bytes, sizeof(int)));

    /// <summary>Takes the next datagram without waiting: its true length, which may exceed the buffer's.</summary>
    public static int Receive(int descriptor, Span<byte> buffer, out uint sender, bool isKept = false)
    {
        SockAddrNl address = default;
        int length = sizeof(SockAddrNl);
        int result;
        fixed (byte* pointer = buffer)
        {
            result = Result((int)recvfrom(
                descriptor, pointer, (nuint)buffer.Length, DoNotWait | TrueLength | (isKept ? Keep : 0), &address, &length));
        }

        sender = address.nl_pid;
        return result;
    }

    /// <summary>Waits for a datagram (or an error to fetch): more than 0 when there is one, 0 when the time is over.</summary>
    public static int Wait(int descriptor, int milliseconds) => Result(Libc.Wait(descriptor, PollIn, milliseconds));

    private static int Result(int result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial int bind(int descriptor, SockAddrNl* address, int length);

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial int getsockname(int descriptor, SockAddrNl* address, int* length);

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int name, void* value, int length);

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial nint sendto(
        int descriptor, byte* buffer, nuint length, int flags, SockAddrNl* address, int addressLength);

    [LibraryImport(Libc.Library, SetLastError = true)]
    private static partial nint recvfrom(
        int descriptor, byte* buffer, nuint length, int flags, SockAddrNl* address, int* addressLength);
}

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
