using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>One thread's part of a <see cref="Churn"/>: both ends of its connections, and a listener of its own.</summary>
internal sealed unsafe class ChurnWorker(int index, double perSecond)
{
    /// <summary>Each peer address has its own ephemeral ports, and TIME_WAIT holds each for a minute.</summary>
    private const int PeersPerWorker = 64;

    private const double LongestBurstSeconds = 0.05;

    private readonly TimeProvider _time = TimeProvider.System;
    private long _connections;

    public long Connections => Volatile.Read(ref _connections);

    public IOException? Failure { get; private set; }

    public void Run(CancellationToken stop)
    {
        try
        {
            using KernelSocket listener = KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Any);
            Run(listener, stop);
        }
        catch (IOException exception)
        {
            Failure = exception;
        }
    }

    private void Run(KernelSocket listener, CancellationToken stop)
    {
        var peer = new SocketName
        {
            sin6_family = SocketConstants.Inet6,
            sin6_port = BinaryPrimitives.ReverseEndianness(listener.LocalPort()),
            mapped = BinaryPrimitives.ReverseEndianness(0xFFFFu),
        };
        long start = _time.GetTimestamp();
        double scheduled = 0;
        while (!stop.IsCancellationRequested)
        {
            double due = perSecond * _time.GetElapsedTime(start).TotalSeconds;

            // A thread that was kept from running does not make up for it in one burst.
            scheduled = Math.Max(scheduled, due - (perSecond * LongestBurstSeconds));
            while (scheduled < due)
            {
                // 127.0.INDEX.1 and on.
                uint host = (127u << 24) | ((uint)(index + 1) << 8) | (1 + (uint)(_connections % PeersPerWorker));
                peer.address = BinaryPrimitives.ReverseEndianness(host);
                ConnectOnce(&peer, listener.Descriptor);
                Volatile.Write(ref _connections, _connections + 1);
                scheduled++;
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>On loopback the handshake is over when connect() returns, so accept() need not wait.</summary>
    private static void ConnectOnce(SocketName* peer, int listener)
    {
        const int Type = SocketConstants.Stream | SocketConstants.CloseOnExec;
        int client = KernelCalls.Checked(KernelCalls.socket(SocketConstants.Inet6, Type, 0), "socket");
        int server = -1;
        try
        {
            KernelCalls.Checked(KernelCalls.connect(client, (byte*)peer, sizeof(SocketName)), "connect");
            server = KernelCalls.Checked(KernelCalls.accept4(listener, null, null, SocketConstants.CloseOnExec), "accept4");
        }
        finally
        {
            _ = KernelCalls.close(client);
            if (server >= 0)
            {
                _ = KernelCalls.close(server);
            }
        }
    }

    /// <summary>
    /// <c>struct sockaddr_in6</c>, linux/in6.h, with an IPv4-mapped address; port and address in network order.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 28)]
    private struct SocketName
    {
        [FieldOffset(0)]
        public ushort sin6_family;

        [FieldOffset(2)]
        public ushort sin6_port;

        /// <summary>The third word of <c>sin6_addr</c>: ::ffff:0:0.</summary>
        [FieldOffset(16)]
        public uint mapped;

        /// <summary>The last word of <c>sin6_addr</c>.</summary>
        [FieldOffset(20)]
        public uint address;
    }
}
