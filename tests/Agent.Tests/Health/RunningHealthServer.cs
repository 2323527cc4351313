using Agent.Export;
using Agent.Export.Telemetry;
using Agent.Health;
using Agent.Tcp;
using Agent.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tests.Health;

/// <summary>The agent's health server in this process, on a free port.</summary>
internal sealed class RunningHealthServer : IAsyncDisposable
{
    private readonly HealthServer _server;

    private RunningHealthServer(HealthServer server, CollectionBeat beat, int port) => (_server, Beat, Port) = (server, beat, port);

    public CollectionBeat Beat { get; }

    public int Port { get; }

    public static async Task<RunningHealthServer> StartAsync(TimeProvider? time = null)
    {
        int port = FreePort.Next();
        var beat = new CollectionBeat(TimeProvider.System);
        var report = new HealthReport(new TelemetrySettings { Console = true }, new TcpInstrumentationOptions(), beat, new ExportStatus());
        var server = new HealthServer(new HealthSettings { Port = port }, report, time ?? TimeProvider.System, NullLogger<HealthServer>.Instance);
        await server.StartAsync(CancellationToken.None);
        return new RunningHealthServer(server, beat, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(CancellationToken.None);
        _server.Dispose();
    }
}
