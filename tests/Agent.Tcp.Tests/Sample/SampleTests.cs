using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Sample;

/// <summary>The sample that a user copies, run as the program it is.</summary>
public class SampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Run_WithABackend_SendsTheMetricsAndSaysSo()
    {
        using var backend = new TcpListener(IPAddress.Loopback, 0);
        backend.Start();
        Task<(string Head, string Body)> request = ReceiveAsync(backend);

        (int exit, string output) = await RunAsync(((IPEndPoint)backend.LocalEndpoint).Port);

        output.ShouldBe("The TCP metrics were sent." + Environment.NewLine);
        exit.ShouldBe(0);
        (string head, string body) = await request.WaitAsync(Patience);
        head.ShouldStartWith("POST /v1/metrics HTTP/1.1");
        // Protobuf carries strings as they are.
        foreach (string text in (string[])["Agent.Tcp", "tcp.connections", "network.connection.state", "established", "tcp.socket.family", "inet"])
        {
            body.ShouldContain(text);
        }
    }

    /// <summary>A program's last export is made while its provider is disposed of.</summary>
    [Fact]
    public async Task Run_CollectingAllTheTime_SendsTheMetricsInItsLastExport()
    {
        using var backend = new TcpListener(IPAddress.Loopback, 0);
        backend.Start();
        string last = "";
        using var end = new CancellationTokenSource();
        Task serving = ServeAsync();
        for (int run = 0; run < 5; run++)
        {
            last = "";
            (await RunAsync(((IPEndPoint)backend.LocalEndpoint).Port, interval: "1")).Exit.ShouldBe(0);
            last.ShouldContain("tcp.connections");
        }

        await end.CancelAsync();
        await serving;

        async Task ServeAsync()
        {
            while (!end.IsCancellationRequested)
            {
                using TcpClient? client = await AcceptAsync();
                if (client is not null)
                {
                    last = (await AnswerAsync(client)).Body;
                }
            }
        }

        async Task<TcpClient?> AcceptAsync()
        {
            try
            {
                return await backend.AcceptTcpClientAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task Run_WithoutABackend_SaysSoAndFails()
    {
        // Bound and not listening: connections are refused, and nobody else can take the port.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        (int exit, string output) = await RunAsync(((IPEndPoint)taken.LocalEndPoint!).Port);

        output.ShouldBe("The TCP metrics could not be sent." + Environment.NewLine);
        exit.ShouldBe(1);
    }

    private static async Task<(int Exit, string Output)> RunAsync(int port, string? interval = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Agent.Tcp.Sample.dll") },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}";
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        if (interval is not null)
        {
            start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = interval;
        }

        using Process process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task<(string Head, string Body)> ReceiveAsync(TcpListener backend)
    {
        using TcpClient client = await backend.AcceptTcpClientAsync();
        return await AnswerAsync(client);
    }

    /// <summary>Reads one request with a body of known length, and answers that all is well.</summary>
    private static async Task<(string Head, string Body)> AnswerAsync(TcpClient client)
    {
        await using NetworkStream stream = client.GetStream();
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        string length = head.ToString().Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        byte[] body = new byte[int.Parse(length.Split(':')[1])];
        await stream.ReadExactlyAsync(body);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        return (head.ToString(), Encoding.Latin1.GetString(body));
    }
}
