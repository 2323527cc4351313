using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Agent.Tests.Support.Network;

/// <summary>
/// A loopback port whose connections are passed on to another one, byte for byte, until a fault is set: the same for
/// HTTP/1.1, HTTP/2 and TLS, and for servers that are not the test's own.
/// </summary>
internal sealed class FaultyLink : IAsyncDisposable
{
    private readonly ConcurrentDictionary<LinkConnection, bool> _connections = new();
    private readonly ConcurrentBag<LinkConnection> _lost = [];
    private readonly Lock _lock = new();
    private readonly int _target;
    private TcpListener? _listener;
    private LinkFault _fault = LinkFault.None;

    private FaultyLink(int target) => _target = target;

    public int Port { get; private set; }

    public Uri Endpoint => new($"http://127.0.0.1:{Port}");

    /// <summary>How many connections have been taken.</summary>
    public int Connections { get; private set; }

    public LinkFault Fault
    {
        get => Volatile.Read(ref _fault);
        set
        {
            lock (_lock)
            {
                Volatile.Write(ref _fault, value);
                if (value.IsRefusing)
                {
                    StopListening();
                }
                else if (_listener is null)
                {
                    Listen();
                }

                foreach (LinkConnection connection in _connections.Keys)
                {
                    connection.Use(value);
                }
            }
        }
    }

    /// <summary>Starts passing on to a port of 127.0.0.1.</summary>
    public static FaultyLink To(int target)
    {
        var link = new FaultyLink(target);
        link.Listen();
        return link;
    }

    /// <summary>
    /// The open connections lead nowhere from now on, and nobody is told; new ones pass. So it is when the peer's machine was
    /// replaced, or a middlebox has forgotten its flows.
    /// </summary>
    public void LoseConnections()
    {
        lock (_lock)
        {
            foreach (LinkConnection connection in _connections.Keys)
            {
                connection.Use(LinkFault.Hang);
                _lost.Add(connection);
                _connections.TryRemove(connection, out bool _);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        Fault = LinkFault.Refuse;
        foreach (LinkConnection connection in _lost)
        {
            connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private void Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _listener = listener;
        _ = TakeAsync(listener);
    }

    private void StopListening()
    {
        _listener?.Dispose();
        _listener = null;
        foreach (LinkConnection connection in _connections.Keys)
        {
            connection.Dispose();
        }
    }

    private async Task TakeAsync(TcpListener listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            var connection = new LinkConnection(client, _target, Fault);
            lock (_lock)
            {
                Connections++;
                _connections[connection] = true;
            }

            if (Fault.IsRefusing)
            {
                connection.Dispose();
            }

            _ = connection.Ended.ContinueWith(_ => _connections.TryRemove(connection, out bool _), TaskScheduler.Default);
        }
    }
}
