using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Tcp.Tests.SockDiag.Foreign;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Servers and clients in a network namespace of another process, always on the same ports, and what <c>ss</c> says of them.
/// The sockets are this process's: they stay as they are until they are disposed, whatever becomes of the other process.
/// </summary>
internal sealed class ServiceSockets : IDisposable
{
    private readonly ForeignSpace _space;
    private bool _isDisposed;
    private readonly List<KernelSocket> _sockets = [];
    private KernelSocket? _server;

    private ServiceSockets(ForeignSpace space)
    {
        _space = space;
        Name = File.ResolveLinkTarget($"/proc/{space.Pid}/ns/net", returnFinalTarget: false)!.Name.Split('[', ']')[1];
    }

    /// <summary>The number of the namespace, as its series carry it.</summary>
    public string Name { get; }

    /// <summary>A namespace with a server on 8080 of both families, and one on 9090 without connections.</summary>
    /// <param name="clients">How many connections to 8080 there are of each sort: IPv4, IPv6, mapped, and half closed.</param>
    public static ServiceSockets CreateOrSkip(int clients)
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        Tool.SkipUnlessInstalled("nsenter", "util-linux");
        var sockets = new ServiceSockets(ForeignSpace.CreateOrSkip());
        sockets.Run(() =>
        {
            sockets._server = sockets.Listen(8080);
            sockets.Listen(9090);
            for (int client = 0; client < clients; client++)
            {
                sockets.Connect(IPAddress.Loopback);
                sockets.Connect(IPAddress.IPv6Loopback);
                sockets.Connect(IPAddress.Loopback.MapToIPv6());
                (KernelSocket half, KernelSocket server) = sockets.Connect(IPAddress.Loopback);
                half.ShutdownWrite();
                server.AwaitEnd();

                // Data is not delayed, and the acknowledgement of the FIN goes with it.
                server.Write(1);
            }
        });
        return sockets;
    }

    public void Run(Action work) => _space.Run(work);

    /// <summary>Connects to 8080 over IPv4, from ports that the kernel chooses.</summary>
    public void Connect(int clients) => Run(() =>
    {
        for (int client = 0; client < clients; client++)
        {
            Connect(IPAddress.Loopback);
        }
    });

    /// <summary>Ends what the namespace can be found by.</summary>
    public void EndProcess() => _space.End();

    /// <summary>Each as <c>role port state count</c>, in order, line by line of ss: a server's where the local port is listened on.</summary>
    public string[] Ss()
    {
        string[][] lines = Lines();
        HashSet<int> served = [.. lines.Where(line => line[0] is "LISTEN").Select(line => Port(line[3]))];
        return
        [
            .. lines.Select(line => served.Contains(Port(line[3])) ? $"server {Port(line[3])} {State(line[0])}" : $"client {Port(line[4])} {State(line[0])}")
                .CountBy(service => service, StringComparer.Ordinal)
                .Select(service => $"{service.Key} {service.Value}")
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The local ports of a range that are in use toward the busiest destination, by ss; mapped addresses are IPv4.</summary>
    public int SsUsed(int first, int last)
    {
        string[][] lines = Lines();
        return lines.Where(line => Port(line[4]) == 8080 && Port(line[3]) >= first && Port(line[3]) <= last)
            .CountBy(line => line[4].Replace("[::ffff:127.0.0.1]", "127.0.0.1", StringComparison.Ordinal), StringComparer.Ordinal)
            .Select(destination => destination.Value)
            .DefaultIfEmpty()
            .Max();
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _sockets.ForEach(socket => socket.Dispose());
        _space.Dispose();
    }

    private (KernelSocket Client, KernelSocket Server) Connect(IPAddress address)
    {
        KernelSocket client = Keep(KernelSocket.Create(
            address.AddressFamily == AddressFamily.InterNetwork ? SocketFamily.Inet : SocketFamily.Inet6));
        client.Connect(new IPEndPoint(address, 8080));
        return (client, Keep(_server!.Accept()));
    }

    private KernelSocket Listen(int port)
    {
        KernelSocket listener = Keep(KernelSocket.Create(SocketFamily.Inet6));
        listener.BindTo(IPAddress.IPv6Any, port);
        listener.StartListening();
        return listener;
    }

    private KernelSocket Keep(KernelSocket socket)
    {
        _sockets.Add(socket);
        return socket;
    }

    private string[][] Lines() =>
    [
        .. Tool.Run("nsenter", $"--net=/proc/{_space.Pid}/ns/net", "ss", "-Htan")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];

    private static int Port(string end) =>
        int.TryParse(end[(end.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 0;

    private static string State(string name) => TcpStates.MetricValue(TcpStates.All.First(info => string.Equals(info.SsName, name, StringComparison.Ordinal)).State);
}
