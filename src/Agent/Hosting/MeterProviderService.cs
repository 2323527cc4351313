using System.Net;
using Agent.Configuration;
using Agent.Export;
using Agent.Health;
using Agent.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Agent.Hosting;

/// <summary>Runs the meter provider for as long as the host runs, and sends what is pending when it stops.</summary>
#pragma warning disable CA1001 // StopAsync disposes of the delivery, which needs time for it.
internal sealed partial class MeterProviderService(
    AgentConfiguration configuration,
    ILoggerFactory loggers,
    TimeProvider time,
    ExportStatus status,
    CollectionBeat beat,
    ILogger<MeterProviderService> logger) : IHostedService
#pragma warning restore CA1001
{
    private const int FirstTableMilliseconds = 10_000;

    /// <summary>For the last collection and export.</summary>
    private const int ShutdownMilliseconds = 7_000;

    /// <summary>The same where the SDK does not come back, which leaves time to say so before the <see cref="StopDeadline"/>.</summary>
    private static readonly TimeSpan ShutdownBudget = TimeSpan.FromSeconds(7.5);

    private readonly string _userAgent = $"{ResourceSetup.ServiceName}/{ResourceSetup.Version()}";

    private MeterProvider? _provider;
    private OtlpDelivery? _delivery;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        TelemetrySettings telemetry = configuration.Telemetry;
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(loggers))
            .SetResourceBuilder(ResourceSetup.Create(Dns.GetHostName()))
            .AddCardinalityViews(configuration.Settings.Tcp)
            .AddTcpInstrumentation(configuration.Settings.Tcp);
        if (telemetry.Otlp is { } otlp)
        {
            OtlpDelivery delivery = _delivery = new OtlpDelivery(
                otlp, telemetry, configuration.Settings.Export, _userAgent, status, loggers, time);
            builder.AddReader(_ => Reader(new OtlpMetricExporter(OtlpOptions(otlp, delivery))));
            Exports(otlp.Endpoint, otlp.Protocol, telemetry.ExportIntervalMilliseconds / 1000.0);
        }

        if (telemetry.Console)
        {
            builder.AddReader(_ => Reader(new ConsoleTableExporter(Console.Out, Style.ForOutput(), time)));
        }

        if (telemetry is { Otlp: null, Console: false })
        {
            NothingExported();
        }

        _provider = builder.Build();
        if (telemetry.IsUnconfigured)
        {
            NoEndpoint(telemetry.ExportIntervalMilliseconds / 1000.0);

            // A person is watching: do not let them wait for the first interval.
            _provider.ForceFlush(FirstTableMilliseconds);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_provider is not { } provider)
        {
            return;
        }

        _delivery?.Hurry();

        // Collects and exports once more. It blocks while a collector hangs; the budget and the host's deadline bound it.
        bool ended = await Task.Run(() => provider.Shutdown(ShutdownMilliseconds), CancellationToken.None)
            .WaitAsync(ShutdownBudget, time, cancellationToken)
            .ContinueWith(static task => task.IsCompletedSuccessfully && task.Result, TaskScheduler.Default);
        string outcome = Outcome(ended);
        Stopped(outcome);
        if (ended)
        {
            provider.Dispose();
            await (_delivery?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private string Outcome(bool ended) => configuration.Telemetry switch
    {
        { Otlp: not null } => (ended ? status.Last : ExportOutcome.Lost) switch
        {
            ExportOutcome.Delivered => "the last collection was exported",
            ExportOutcome.Kept => $"the last collection is kept in {configuration.Settings.Export.Spool.Path}",
            _ => "the last collection could not be exported",
        },
        { Console: true } => "the last collection was printed",
        _ => "nothing was to be exported (OTEL_METRICS_EXPORTER=none)",
    };

    private BeatingReader Reader(BaseExporter<Metric> exporter) => new(
        exporter,
        configuration.Telemetry.ExportIntervalMilliseconds,
        configuration.Telemetry.ExportTimeoutMilliseconds,
        beat)
    {
        TemporalityPreference = configuration.Telemetry.Temporality,
    };

    private OtlpExporterOptions OtlpOptions(OtlpSettings otlp, OtlpDelivery delivery) => new()
    {
        Endpoint = otlp.Endpoint,
        Protocol = otlp.Protocol,
        Headers = otlp.Headers,
        TimeoutMilliseconds = otlp.TimeoutMilliseconds,
        Compression = otlp.Compression,
        UserAgentProductIdentifier = _userAgent,
        HttpClientFactory = delivery.CreateClient,
    };

    [LoggerMessage(EventId = 20, Level = LogLevel.Information,
        Message = "Exporting to {Endpoint} by {Protocol} every {Seconds} s.")]
    private partial void Exports(Uri endpoint, OtlpExportProtocol protocol, double seconds);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information,
        Message = "No collector is configured: printing a table every {Seconds} s. To export, set OTEL_EXPORTER_OTLP_ENDPOINT, "
            + "such as http://collector:4317 (gRPC) or http://collector:4318 (HTTP).")]
    private partial void NoEndpoint(double seconds);

    [LoggerMessage(EventId = 23, Level = LogLevel.Warning,
        Message = "Nothing is exported: OTEL_METRICS_EXPORTER is none. It takes otlp, console, or both with a comma.")]
    private partial void NothingExported();

    [LoggerMessage(EventId = 22, Level = LogLevel.Information, Message = "Stopped: {Outcome}.")]
    private partial void Stopped(string outcome);
}
