using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Agent.Tcp.Tests.Package;

/// <summary>Accepts every OTLP/HTTP export. Protobuf carries strings as they are, so bodies are looked at as text.</summary>
internal sealed class OtlpStub : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<(string Head, string Body)> _requests = Channel.CreateUnbounded<(string, string)>();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public OtlpStub()
    {
        _listener.Start();
        Url = $"http://{_listener.LocalEndpoint}";
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>The next request, in the order of arrival.</summary>
    public Task<(string Head, string Body)> NextAsync() => _requests.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Those that have arrived and were not looked at.</summary>
    public IEnumerable<(string Head, string Body)> Rest()
    {
        while (_requests.Reader.TryRead(out (string, string) request))
        {
            yield return request;
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _serving.Wait(Patience);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                await AnswerAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    /// <summary>Reads one request with a body of known length, and answers that all is well.</summary>
    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            await using NetworkStream stream = client.GetStream();
            var head = new StringBuilder();
            byte[] one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(one, _end.Token);
                head.Append((char)one[0]);
            }

            string length = head.ToString().Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
            byte[] body = new byte[int.Parse(length.Split(':')[1])];
            await stream.ReadExactlyAsync(body, _end.Token);
            await _requests.Writer.WriteAsync((head.ToString(), Encoding.Latin1.GetString(body)), _end.Token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _end.Token);
        }
        catch (IOException)
        {
            // The program ended in the middle.
        }
    }
}
