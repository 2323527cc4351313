using System.Net;

namespace Agent.Tcp.Benchmarks.Kernel;

/// <summary>Makes the sockets of a mix in this process's network namespace. They live until the process ends.</summary>
internal static class SocketMaker
{
    public static void Make(SocketMix mix)
    {
        (int Descriptor, int Port)[] inet = Listeners(IPAddress.Any, mix.ListenersPerFamily);
        (int Descriptor, int Port)[] inet6 = Listeners(IPAddress.IPv6Any, mix.ListenersPerFamily);
        for (int index = 0; index < mix.Connections; index++)
        {
            int share = index % 100;
            bool isIpv6 = share < mix.Ipv6Percent;
            bool isMapped = !isIpv6 && share < mix.Ipv6Percent + mix.MappedPercent;
            (int listener, int port) = (isIpv6 || isMapped ? inet6 : inet)[index % mix.ListenersPerFamily];
            IPAddress target = isIpv6 ? IPAddress.IPv6Loopback : Loopback4(index % mix.Addresses);
            int client = SocketCalls.Connect(target, port);
            _ = SocketCalls.Accept(listener);

            // 37 has no factor in common with 100: every kind of connection gets its share.
            if (index * 37L % 100 < mix.HalfClosedPercent)
            {
                SocketCalls.HalfClose(client);
            }
        }
    }

    /// <summary>Prepares connections in this thread's network namespace; each call of the result opens one, on any thread.</summary>
    public static Action MakeLater(int connections)
    {
        int listener = SocketCalls.Listen(IPAddress.Loopback, out int port);
        var clients = new Queue<int>(Enumerable.Range(0, connections).Select(_ => SocketCalls.Open(IPAddress.Loopback)));
        return () =>
        {
            SocketCalls.Connect(clients.Dequeue(), IPAddress.Loopback, port);
            _ = SocketCalls.Accept(listener);
        };
    }

    /// <summary>127.0.0.1 and the addresses after it.</summary>
    private static IPAddress Loopback4(int index)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, 0x7F00_0001 + index);
        return new IPAddress(bytes);
    }

    private static (int Descriptor, int Port)[] Listeners(IPAddress address, int count)
    {
        var listeners = new (int, int)[count];
        for (int index = 0; index < count; index++)
        {
            int descriptor = SocketCalls.Listen(address, out int port);
            listeners[index] = (descriptor, port);
        }

        return listeners;
    }
}
