using System.Net;
using System.Runtime.InteropServices;
using Agent.Tcp.Interop;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>A TCP socket by its descriptor. It stands in the network namespace of the thread that creates it.</summary>
internal sealed unsafe class KernelSocket : IDisposable
{
    private KernelSocket(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; private set; }

    /// <summary>A socket of the family; AF_INET6 ones are dual-stack unless said otherwise.</summary>
    public static KernelSocket Create(SocketFamily family, bool blocking = true, bool v6Only = false)
    {
        int type = SocketConstants.Stream | SocketConstants.CloseOnExec | (blocking ? 0 : SocketConstants.NonBlocking);
        int domain = family == SocketFamily.Inet ? SocketConstants.Inet : SocketConstants.Inet6;
        var socket = new KernelSocket(KernelCalls.Checked(KernelCalls.socket(domain, type, 0), "socket"));
        if (family == SocketFamily.Inet6)
        {
            int only = v6Only ? 1 : 0;
            KernelCalls.Checked(
                KernelCalls.setsockopt(socket.Descriptor, SocketConstants.Ipv6Level, SocketConstants.Ipv6Only, &only, sizeof(int)),
                "setsockopt(IPV6_V6ONLY)");
        }

        return socket;
    }

    /// <summary>A socket bound to an address, at a port of the kernel's choice, that neither listens nor connects.</summary>
    public static KernelSocket Bind(SocketFamily family, IPAddress address, bool v6Only = false)
    {
        KernelSocket socket = Create(family, v6Only: v6Only);
        socket.BindTo(address);
        return socket;
    }

    /// <summary>A stream socket of a protocol that the kernel may not have; then null.</summary>
    public static KernelSocket? TryCreate(SocketFamily family, int protocol)
    {
        int domain = family == SocketFamily.Inet ? SocketConstants.Inet : SocketConstants.Inet6;
        int descriptor = KernelCalls.socket(domain, SocketConstants.Stream | SocketConstants.CloseOnExec, protocol);
        return descriptor < 0 ? null : new KernelSocket(descriptor);
    }

    /// <summary>A listener on an address, at a port of the kernel's choice.</summary>
    public static KernelSocket Listen(SocketFamily family, IPAddress address, int backlog = 64, bool v6Only = false)
    {
        KernelSocket socket = Bind(family, address, v6Only);
        socket.StartListening(backlog);
        return socket;
    }

    /// <summary>Binds it; 0 is a port of the kernel's choice.</summary>
    public void BindTo(IPAddress address, int port = 0)
    {
        SocketAddress name = new IPEndPoint(address, port).Serialize();
        fixed (byte* pointer = name.Buffer.Span)
        {
            KernelCalls.Checked(KernelCalls.bind(Descriptor, pointer, name.Size), "bind");
        }
    }

    public void StartListening(int backlog = 64) => KernelCalls.Checked(KernelCalls.listen(Descriptor, backlog), "listen");

    /// <summary>Turns a connected AF_INET6 socket with mapped addresses into one of AF_INET (<c>IPV6_ADDRFORM</c>).</summary>
    public void BecomeInet()
    {
        int family = SocketConstants.Inet;
        KernelCalls.Checked(
            KernelCalls.setsockopt(Descriptor, SocketConstants.Ipv6Level, SocketConstants.AddressForm, &family, sizeof(int)),
            "setsockopt(IPV6_ADDRFORM)");
    }

    /// <summary>Bounds what it may have unsent and unacknowledged; the kernel makes twice that.</summary>
    public void SetSendBuffer(int bytes) => KernelCalls.Checked(
        KernelCalls.setsockopt(Descriptor, SocketConstants.SocketLevel, SocketConstants.SendBuffer, &bytes, sizeof(int)),
        "setsockopt(SO_SNDBUF)");

    /// <summary>Connects; a non-blocking socket only begins to.</summary>
    public void Connect(IPEndPoint peer)
    {
        SocketAddress name = peer.Serialize();
        fixed (byte* pointer = name.Buffer.Span)
        {
            if (KernelCalls.connect(Descriptor, pointer, name.Size) < 0
                && Marshal.GetLastPInvokeError() != SocketConstants.InProgress)
            {
                KernelCalls.Checked(-1, $"connect({peer})");
            }
        }
    }

    public KernelSocket Accept() =>
        new(KernelCalls.Checked(KernelCalls.accept4(Descriptor, null, null, SocketConstants.CloseOnExec), "accept4"));

    public ushort LocalPort()
    {
        // sockaddr_in and sockaddr_in6 both hold the port, in network order, in bytes 2 and 3.
        byte* name = stackalloc byte[32];
        int length = 32;
        KernelCalls.Checked(KernelCalls.getsockname(Descriptor, name, &length), "getsockname");
        return (ushort)((name[2] << 8) | name[3]);
    }

    /// <summary>Writes so many bytes, or for a non-blocking socket as many of them as there is room for.</summary>
    public void Write(int length)
    {
        byte[] data = new byte[length];
        fixed (byte* pointer = data)
        {
            nint written = KernelCalls.write(Descriptor, pointer, (nuint)length);
            if (written < 0 && Marshal.GetLastPInvokeError() != Errno.EAGAIN)
            {
                KernelCalls.Checked(-1, "write");
            }
        }
    }

    /// <summary>Sends FIN and keeps the descriptor.</summary>
    public void ShutdownWrite() =>
        KernelCalls.Checked(KernelCalls.shutdown(Descriptor, SocketConstants.ShutdownWrite), "shutdown");

    /// <summary>
    /// Leaves LISTEN now. Closing alone may do so only later: a process that another test starts at this moment has a copy
    /// of the descriptor until it becomes its program.
    /// </summary>
    public void StopListening() =>
        KernelCalls.Checked(KernelCalls.shutdown(Descriptor, SocketConstants.ShutdownRead), "shutdown");

    /// <summary>Waits until the peer's FIN is here.</summary>
    public void AwaitEnd()
    {
        Span<byte> nothing = stackalloc byte[1];
        nint read = Libc.Read(Descriptor, nothing);
        if (read != 0)
        {
            throw new IOException($"The peer did not close: read() gave {read}.");
        }
    }

    /// <summary>Closes the descriptor; TCP goes on without it.</summary>
    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = KernelCalls.close(Descriptor);
            Descriptor = -1;
        }
    }
}
