using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agent.Tests.Health;

/// <summary>A client that sends exactly the bytes it is told, and reads to the end.</summary>
internal static class HealthClient
{
    /// <summary>What came back; empty when the server closed without a word.</summary>
    public static async Task<string> AskAsync(int port, string request)
    {
        using Socket socket = await ConnectAsync(port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        return await ReadAsync(socket);
    }

    public static Task<string> GetAsync(int port, string path) =>
        AskAsync(port, $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: kube-probe/1.31\r\n\r\n");

    public static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    public static async Task<string> ReadAsync(Socket socket)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer) is > 0 and int length)
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, length));
        }

        return text.ToString();
    }
}
