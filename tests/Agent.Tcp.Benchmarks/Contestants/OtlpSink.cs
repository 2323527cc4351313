using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A collector that accepts and counts every OTLP/HTTP export, and keeps the latest undecoded.</summary>
internal sealed class OtlpSink : IDisposable
{
    private const int DefaultPort = 4318;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly WebApplication _server;
    private readonly object _arrived = new();
    private long _exports;
    private OtlpRequest? _last;

    /// <summary>Listens on loopback; each sink that is open at the same time needs a port of its own.</summary>
    /// <param name="port">The TCP port.</param>
    /// <param name="certificate">With its key, to serve TLS; null serves plain HTTP.</param>
    public OtlpSink(int port = DefaultPort, X509Certificate2? certificate = null)
    {
        Endpoint = $"{(certificate is null ? "http" : "https")}://127.0.0.1:{port}";
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        _server = builder.Build();
        _server.Run(TakeAsync);
        _server.StartAsync().GetAwaiter().GetResult();
    }

    public string Endpoint { get; }

    public long Exports
    {
        get
        {
            lock (_arrived)
            {
                return _exports;
            }
        }
    }

    /// <summary>The latest export; null before the first.</summary>
    public OtlpRequest? Last
    {
        get
        {
            lock (_arrived)
            {
                return _last;
            }
        }
    }

    /// <summary>Takes a request of its own, uncounted: what compiling the way through here takes is not the agent's.</summary>
    public void WarmUp()
    {
        using var client = new HttpClient();
        using var content = new ByteArrayContent([]);
        client.PostAsync(new Uri(Endpoint), content).GetAwaiter().GetResult().Dispose();
        WaitFor(1);
        lock (_arrived)
        {
            _exports = 0;
        }
    }

    /// <summary>Waits until so many have come in all.</summary>
    public void WaitFor(long exports)
    {
        long start = TimeProvider.System.GetTimestamp();
        lock (_arrived)
        {
            while (_exports < exports)
            {
                _ = Monitor.Wait(_arrived, TimeSpan.FromSeconds(1));
                if (TimeProvider.System.GetElapsedTime(start) > Deadline)
                {
                    throw new IOException($"The agent has made {_exports} exports; {exports} were awaited for {Deadline.TotalSeconds} s.");
                }
            }
        }
    }

    public void Dispose()
    {
        // Connections of an agent that has just been ended are not waited for.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        _server.StopAsync(now.Token).GetAwaiter().GetResult();
        _server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private async Task TakeAsync(HttpContext context)
    {
        long timestamp = TimeProvider.System.GetTimestamp();
        DateTimeOffset time = TimeProvider.System.GetUtcNow();
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body);
        }
        catch (IOException)
        {
            // The agent was ended meanwhile.
            return;
        }

        context.Response.ContentType = "application/x-protobuf";
        context.Response.ContentLength = 0;
        lock (_arrived)
        {
            _exports++;
            _last = new OtlpRequest(timestamp, time, body.ToArray());
            Monitor.PulseAll(_arrived);
        }
    }
}
