using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agent.Tests.Support.Network;

/// <summary>
/// An HTTP proxy on a loopback port (RFC 9110 section 9.3.6 for CONNECT, RFC 9112 section 3.2.2 for plain requests). It
/// passes everything on to one server, whatever host it is asked for: the agent can only have come by the proxy.
/// </summary>
internal sealed class LoopbackProxy : IDisposable
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">The server's port on 127.0.0.1.</param>
    public LoopbackProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = TakeAsync();
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The first line of each connection.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public void Dispose() => _listener.Dispose();

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            Stream near = client.GetStream(), far = server.GetStream();
            byte[] head = await HeadAsync(near);
            string line = Encoding.ASCII.GetString(head).Split('\r')[0];
            _requests.Enqueue(line);
            if (line.StartsWith("CONNECT ", StringComparison.Ordinal))
            {
                await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            }
            else
            {
                await far.WriteAsync(head);
            }

            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // One of the two has gone.
        }

        client.Dispose();
    }

    private static async Task<byte[]> HeadAsync(Stream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()) && await stream.ReadAsync(one) == 1)
        {
            head.Add(one[0]);
        }

        return [.. head];
    }
}
