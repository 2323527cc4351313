using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agent.Tests.Support.Network;

/// <summary>Something on a loopback port that is no collector: answers every connection with the same bytes, and closes it.</summary>
internal sealed class CannedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;

    public CannedServer(string answer)
    {
        _answer = Encoding.ASCII.GetBytes(answer);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public static CannedServer Page(string headers, string body) =>
        new($"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                byte[] request = new byte[16 * 1024];
                _ = await client.GetStream().ReadAsync(request);
                await client.GetStream().WriteAsync(_answer);
                client.Client.Shutdown(SocketShutdown.Send);

                // Until the client has closed too: closing with bytes unread would reset the answer away.
                while (await client.GetStream().ReadAsync(request) > 0)
                {
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended.
        }
    }
}
