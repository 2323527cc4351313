using System.Net;
using System.Net.Sockets;

namespace Agent.Tcp.Tests.SockDiag;

/// <summary>
/// Sockets in every state that ordinary calls can hold still, of both families, in the network namespace of the thread
/// that makes them. Nothing moves afterwards until retransmissions end, much later.
/// </summary>
internal sealed class SocketZoo : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <summary>Makes them all.</summary>
    public static SocketZoo Make()
    {
        var zoo = new SocketZoo();
        foreach (IPAddress address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Loopback.MapToIPv6() })
        {
            zoo.Connected(address);
            zoo.HalfClosed(address);
            zoo.TimeWait(address);
            zoo.Unsent(address);
            zoo.HalfOpen(address);
        }

        zoo.Listener(IPAddress.IPv6Any, v6Only: true);
        zoo.Listener(IPAddress.IPv6Any, v6Only: false);
        zoo.Bound(IPAddress.Loopback);
        zoo.Bound(IPAddress.IPv6Loopback);
        zoo.Bound(IPAddress.Loopback.MapToIPv6());
        return zoo;
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    public Socket Listener(IPAddress address, bool v6Only = false, int backlog = 16)
    {
        Socket listener = New(address, v6Only);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(backlog);
        return listener;
    }

    /// <summary>LISTEN and two ESTABLISHED.</summary>
    private void Connected(IPAddress address) => Pair(address);

    /// <summary>FIN_WAIT2 and CLOSE_WAIT.</summary>
    private void HalfClosed(IPAddress address)
    {
        Socket client = Pair(address).Client;
        client.Shutdown(SocketShutdown.Send);
        WaitFor(client, TcpState.FinWait2);
    }

    private void TimeWait(IPAddress address)
    {
        (Socket client, Socket server) = Pair(address);
        client.Shutdown(SocketShutdown.Send);
        server.Receive(new byte[1]);
        server.Shutdown(SocketShutdown.Send);
        client.Receive(new byte[1]);
        WaitFor(server, TcpState.Closed);
        client.Dispose();
    }

    /// <summary>FIN_WAIT1 on one pair, LAST_ACK on another: the FIN waits behind bytes that the peer does not take.</summary>
    private void Unsent(IPAddress address)
    {
        (Socket first, _) = Pair(address);
        Fill(first);
        first.Shutdown(SocketShutdown.Send);

        (Socket client, Socket server) = Pair(address);
        client.Shutdown(SocketShutdown.Send);
        WaitFor(client, TcpState.FinWait2);
        Fill(server);
        server.Shutdown(SocketShutdown.Send);
    }

    /// <summary>SYN_SENT, to a listener with a full queue; and SYN_RECV, at one that waits for data before it accepts.</summary>
    private void HalfOpen(IPAddress address)
    {
        Socket full = Listener(address, backlog: 0);
        New(address).Connect(full.LocalEndPoint!);
        SpinUntil(() => AcceptQueue(full) == 1);
        Socket waiting = New(address);
        waiting.Blocking = false;
        try
        {
            waiting.Connect(full.LocalEndPoint!);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            // As it should: no answer comes.
        }

        const int DeferAccept = 9;
        Socket deferring = Listener(address);
        deferring.SetRawSocketOption((int)SocketOptionLevel.Tcp, DeferAccept, BitConverter.GetBytes(60));
        New(address).Connect(deferring.LocalEndPoint!);
    }

    private void Bound(IPAddress address) => New(address).Bind(new IPEndPoint(address, 0));

    private (Socket Client, Socket Server) Pair(IPAddress address)
    {
        Socket listener = Listener(address);
        Socket client = New(address);
        client.Connect(listener.LocalEndPoint!);
        Socket server = listener.Accept();
        _sockets.Add(server);
        return (client, server);
    }

    private static void Fill(Socket socket)
    {
        socket.Blocking = false;
        var bytes = new byte[64 * 1024];
        SocketError error;
        do
        {
            socket.Send(bytes, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
    }

    private static void WaitFor(Socket socket, TcpState state) => SpinUntil(() => Info(socket)[0] == (byte)state);

    /// <summary><c>tcpi_unacked</c>: of a listener, how many wait for accept().</summary>
    private static uint AcceptQueue(Socket listener) => BitConverter.ToUInt32(Info(listener), 24);

    /// <summary>The begin of <c>struct tcp_info</c>, include/uapi/linux/tcp.h; its first byte is the state.</summary>
    private static byte[] Info(Socket socket)
    {
        const int TcpInfo = 11;
        var info = new byte[32];
        socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info);
        return info;
    }

    private static void SpinUntil(Func<bool> condition)
    {
        if (!SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)))
        {
            throw new TimeoutException("a socket did not reach its state");
        }
    }

    private Socket New(IPAddress address, bool v6Only = false)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = !v6Only;
        }

        _sockets.Add(socket);
        return socket;
    }
}
