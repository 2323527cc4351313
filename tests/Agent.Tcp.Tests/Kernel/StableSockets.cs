using System.Globalization;
using System.Net;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Established IPv6 connections that stay: what a reader must count exactly, whatever goes on beside them.</summary>
/// <remarks>The listener does not accept: the server's ends wait established in its queue, where they need no descriptor.
/// One pair of addresses and one port have ephemeral ports for 28,000 connections (ip_local_port_range).</remarks>
internal sealed class StableSockets : IDisposable
{
    private readonly KernelSocket _listener;
    private readonly List<KernelSocket> _clients = [];

    private StableSockets(int connections)
    {
        _listener = KernelSocket.Listen(SocketFamily.Inet6, IPAddress.IPv6Loopback, backlog: connections + 1);
        Port = _listener.LocalPort();
        var listener = new IPEndPoint(IPAddress.IPv6Loopback, Port);
        for (int connection = 0; connection < connections; connection++)
        {
            var client = KernelSocket.Create(SocketFamily.Inet6);
            _clients.Add(client);
            client.Connect(listener);
        }
    }

    /// <summary>The port that one end of each connection has, and no socket but theirs and the listener.</summary>
    public ushort Port { get; }

    /// <summary>Sockets in ESTABLISHED: both ends of every connection.</summary>
    public int Count => 2 * _clients.Count;

    /// <summary>Opens half as many connections, in the namespace. Skips where so many files may not be open.</summary>
    public static StableSockets Open(TestNamespace space, int sockets)
    {
        int connections = sockets / 2;
        DescriptorLimit.RaiseOrSkip(connections);
        return space.Run(() =>
        {
            // The file is the namespace's own.
            File.WriteAllText("/proc/sys/net/core/somaxconn", (connections + 1).ToString(CultureInfo.InvariantCulture));
            return new StableSockets(connections);
        });
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _listener.Dispose();
    }
}
