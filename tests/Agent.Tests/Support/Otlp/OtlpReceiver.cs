using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agent.Tests.Support.Otlp;

/// <summary>
/// A collector in the test's own process: real gRPC and HTTP servers on loopback ports, decoding with classes generated
/// from OTLP's own files. Keeps every export; <see cref="Answer"/> injects faults.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedExport> _exports = new();
    private readonly WebApplication _application;

    private OtlpReceiver(OtlpReceiverOptions options) => _application = Build(options);

    /// <summary>Where HTTP/protobuf is taken, on any path: the base, as OTEL_EXPORTER_OTLP_ENDPOINT wants it.</summary>
    public Uri HttpEndpoint { get; private set; } = null!;

    /// <summary>Where gRPC is taken: HTTP/2, without TLS by prior knowledge.</summary>
    public Uri GrpcEndpoint { get; private set; } = null!;

    /// <summary>Every export so far, refused ones too, in order.</summary>
    public IReadOnlyList<ReceivedExport> Exports => [.. _exports];

    /// <summary>Decides each answer; the default takes everything. The token is cancelled when the client gives up.</summary>
    public Func<ReceivedExport, CancellationToken, Task<OtlpAnswer>> Answer { get; set; } =
        static (_, _) => Task.FromResult(OtlpAnswer.Success);

    /// <summary>An <see cref="Answer"/> that does not come.</summary>
    public static async Task<OtlpAnswer> NeverAsync(ReceivedExport export, CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return OtlpAnswer.Success;
    }

    public static async Task<OtlpReceiver> StartAsync(OtlpReceiverOptions? options = null)
    {
        var receiver = new OtlpReceiver(options ?? new OtlpReceiverOptions());
        await receiver._application.StartAsync();

        // Addresses stand in the order in which they were bound.
        string[] addresses = [.. receiver._application.Services
            .GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        receiver.HttpEndpoint = new Uri(addresses[0]);
        receiver.GrpcEndpoint = new Uri(addresses[1]);
        return receiver;
    }

    /// <summary>The exports that hold what the agent reports.</summary>
    public IReadOnlyList<ReceivedExport> FilledExports => [.. _exports.Where(export => export.IsFilled)];

    /// <summary>Waits for the first filled export.</summary>
    public async Task<ReceivedExport> WaitForExportAsync() => (await WaitForExportsAsync(1))[0];

    /// <summary>Waits until so many filled exports have arrived.</summary>
    public Task<IReadOnlyList<ReceivedExport>> WaitForExportsAsync(int count) => Deadline.UntilAsync(
        () => FilledExports is { } exports && exports.Count >= count ? exports : null,
        () => $"{Exports.Count} exports arrived, {FilledExports.Count} of them filled.");

    public async Task<OtlpAnswer> ReceiveAsync(ReceivedExport export, CancellationToken cancellation)
    {
        _exports.Enqueue(export);
        OtlpAnswer answer = await Answer(export, cancellation);
        if (answer.After > TimeSpan.Zero)
        {
            await Task.Delay(answer.After, cancellation);
        }

        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that a test left without an answer are not waited for.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private WebApplication Build(OtlpReceiverOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, options.HttpPort, listen => Listen(listen, HttpProtocols.Http1, options));
            kestrel.Listen(options.Address, options.GrpcPort, listen => Listen(listen, HttpProtocols.Http2, options));
        });
        builder.Services.AddSingleton(this);
        builder.Services.AddGrpc();
        WebApplication application = builder.Build();
        application.MapGrpcService<OtlpGrpcService>();
        application.MapPost("/{**path}", OtlpHttpService.HandleAsync);
        return application;
    }

    private static void Listen(ListenOptions listen, HttpProtocols protocols, OtlpReceiverOptions options)
    {
        listen.Protocols = protocols;
        if (options.ServerCertificate is { } certificate)
        {
            OtlpReceiverTls.Use(listen, certificate, options.ClientAuthority);
        }
    }
}
