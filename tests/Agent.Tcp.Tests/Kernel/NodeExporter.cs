using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Agent.Tcp.Tests.Support;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>prometheus-node-exporter with its tcpstat collector alone, in a test's namespace.</summary>
internal sealed class NodeExporter : IDisposable
{
    /// <summary>Why there is none, and how to get it.</summary>
    public const string Missing = $"needs prometheus-node-exporter: unpack its package, and name the folder in {FolderVariable}";

    private const string FolderVariable = "AGENT_TEST_BACKENDS";
    private const int Port = 9100;

    private readonly TestNamespace _space;
    private readonly Process _process;

    private NodeExporter(TestNamespace space, string program)
    {
        _space = space;
        _process = Tool.Start(
            "nsenter",
            $"--net={space.File}",
            program,
            "--collector.disable-defaults",
            "--collector.tcpstat",
            $"--web.listen-address=127.0.0.1:{Port}",
            "--log.level=error");
    }

    /// <summary>In the folder that the variable names, or among the build's other output.</summary>
    private static string Program => Path.Combine(
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
            ? folder
            : Path.Combine(Repository.Root, "artifacts", "backends"),
        "usr",
        "bin",
        "prometheus-node-exporter");

    /// <summary>Null where the program is not there.</summary>
    public static NodeExporter? Start(TestNamespace space)
    {
        if (!File.Exists(Program))
        {
            return null;
        }

        var exporter = new NodeExporter(space, Program);
        if (!Poll.TryUntil(() => exporter.Scrape() is not null))
        {
            exporter.Dispose();
            throw new TimeoutException($"{Program} does not answer.");
        }

        return exporter;
    }

    /// <summary>What it says of the states named; null while it does not listen.</summary>
    public string? Scrape(params string[] states)
    {
        string? page = _space.Run(Get);
        return page is null
            ? null
            : string.Join(", ", page.Split('\n').Where(line => states.Any(
                state => line.StartsWith($"node_tcp_connection_states{{state=\"{state}\"}}", StringComparison.Ordinal))));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Plain and blocking: it has to stay on the thread that is in the namespace.</summary>
    private static string? Get()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, Port));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return null;
        }

        socket.Send("GET /metrics HTTP/1.0\r\n\r\n"u8);
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
