using System.Net;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Makes sockets in every state that user space can bring about, and keeps the account of what was made.
/// The methods run inside a namespace of the test's own.
/// </summary>
internal sealed class SocketWorkshop(TcpSocketKind kind) : IDisposable
{
    private readonly List<KernelSocket> _open = [];

    /// <summary>Every state that user space can bring about and that every source lists.</summary>
    public static TcpState[] States { get; } =
    [
        TcpState.Listen,
        TcpState.Established,
        TcpState.SynSent,
        TcpState.SynReceived,
        TcpState.FinWait1,
        TcpState.FinWait2,
        TcpState.CloseWait,
        TcpState.TimeWait,
        TcpState.LastAck,
        TcpState.Closing,
    ];

    /// <summary>What the kernel's tables must show once the connections have settled.</summary>
    public ConnectionCounts Made { get; } = new();

    private IPAddress Loopback => kind switch
    {
        TcpSocketKind.Ipv4Inet => IPAddress.Loopback,
        TcpSocketKind.Ipv4Inet6 => IPAddress.Loopback.MapToIPv6(),
        _ => IPAddress.IPv6Loopback,
    };

    /// <summary>Makes a socket in the state; the peers that this takes are in the account too.</summary>
    public void Make(TcpState state)
    {
        switch (state)
        {
            case TcpState.Listen:
                Listen();
                break;
            case TcpState.Established:
                Connect();
                Count(TcpState.Established, TcpState.Established);
                break;
            case TcpState.SynSent:
                MakeSynSent();
                break;
            case TcpState.SynReceived:
                MakeSynReceived();
                break;
            case TcpState.FinWait1:
                MakeFinWait1();
                break;
            case TcpState.FinWait2 or TcpState.CloseWait:
                Connect().Client.ShutdownWrite();
                Count(TcpState.FinWait2, TcpState.CloseWait);
                break;
            case TcpState.TimeWait:
                MakeTimeWait();
                break;
            case TcpState.LastAck:
                MakeLastAck();
                break;
            case TcpState.Closing:
                MakeClosing();
                break;
            case TcpState.BoundInactive:
                Keep(KernelSocket.Bind(kind.Family(), Loopback));
                Count(TcpState.BoundInactive);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(state), state, "Not to be made from user space.");
        }
    }

    /// <summary>FIN_WAIT_2 of a closed descriptor: the kernel keeps it as the small socket that TIME_WAIT has too.</summary>
    public void MakeOrphanedFinWait2()
    {
        Connect().Client.Dispose();
        Count(TcpState.FinWait2, TcpState.CloseWait);
    }

    public void Dispose()
    {
        foreach (KernelSocket socket in _open)
        {
            socket.Dispose();
        }
    }

    /// <summary>Nobody answers: the listener drops the SYN.</summary>
    private void MakeSynSent()
    {
        KernelSocket listener = Listen();
        SocketFilter.DropAll(listener);
        Begin(listener);
        Count(TcpState.SynSent);
    }

    /// <summary>The listener hears the SYN but not the ACK; the client has its SYN-ACK and is done.</summary>
    private void MakeSynReceived()
    {
        KernelSocket listener = Listen();
        SocketFilter.DropAllButSyn(listener);
        Begin(listener);
        Count(TcpState.SynReceived, TcpState.Established);
    }

    /// <summary>The client does not hear that its FIN is acknowledged.</summary>
    private void MakeFinWait1()
    {
        KernelSocket client = Connect().Client;
        SocketFilter.DropAll(client);
        client.ShutdownWrite();
        Count(TcpState.FinWait1, TcpState.CloseWait);
    }

    private void MakeTimeWait()
    {
        (KernelSocket client, KernelSocket server) = Connect();
        client.Dispose();
        server.AwaitEnd();
        server.Dispose();
        Count(TcpState.TimeWait);
    }

    /// <summary>The server closes second and does not hear that its FIN is acknowledged.</summary>
    private void MakeLastAck()
    {
        (KernelSocket client, KernelSocket server) = Connect();
        client.ShutdownWrite();
        server.AwaitEnd();
        SocketFilter.DropAll(server);
        server.ShutdownWrite();
        Count(TcpState.LastAck, TcpState.TimeWait);
    }

    /// <summary>Both close, and the server does not hear the client's FIN, so its own FIN does not acknowledge that one.</summary>
    private void MakeClosing()
    {
        (KernelSocket client, KernelSocket server) = Connect();
        SocketFilter.DropAll(server);
        client.ShutdownWrite();
        server.ShutdownWrite();
        Count(TcpState.Closing, TcpState.FinWait1);
    }

    private KernelSocket Listen()
    {
        KernelSocket listener = Keep(KernelSocket.Listen(kind.Family(), Loopback));
        Count(TcpState.Listen);
        return listener;
    }

    private KernelSocket Begin(KernelSocket listener)
    {
        KernelSocket client = Keep(KernelSocket.Create(kind.Family(), blocking: false));
        client.Connect(new IPEndPoint(Loopback, listener.LocalPort()));
        return client;
    }

    /// <summary>A connection. Its listener is closed again: what is left is only the two ends.</summary>
    private (KernelSocket Client, KernelSocket Server) Connect()
    {
        using KernelSocket listener = KernelSocket.Listen(kind.Family(), Loopback);
        KernelSocket client = Begin(listener);
        KernelSocket server = Keep(listener.Accept());
        listener.StopListening();
        return (client, server);
    }

    private KernelSocket Keep(KernelSocket socket)
    {
        _open.Add(socket);
        return socket;
    }

    private void Count(params ReadOnlySpan<TcpState> states)
    {
        foreach (TcpState state in states)
        {
            Made.Add(kind, (int)state);
        }
    }
}
