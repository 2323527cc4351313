using System.Net;
using Agent.Configuration;
using Agent.Export;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
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
    ConsoleTable table,
    IHostApplicationLifetime lifetime,
    ILogger<MeterProviderService> logger) : IHostedService
#pragma warning restore CA1001
{
    /// <summary>For the last collection and export.</summary>
    private const int ShutdownMilliseconds = 7_000;

    /// <summary>The same where the SDK does not come back, which leaves time to say so before <see cref="StopDeadline"/>.</summary>
    private static readonly TimeSpan ShutdownBudget = TimeSpan.FromSeconds(7.5);

    /// <summary>The greatest wait before the first export, so that a fleet that starts at once does not export at once.</summary>
    private static readonly TimeSpan MaxFirstDelay = TimeSpan.FromSeconds(1);

    private readonly string _userAgent = $"{ResourceSetup.ServiceName}/{ResourceSetup.Version()}";

    private MeterProvider? _provider;
    private OtlpDelivery? _delivery;

    private TimeSpan Interval => TimeSpan.FromMilliseconds(configuration.Telemetry.ExportIntervalMilliseconds);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        TelemetrySettings telemetry = configuration.Telemetry;
        if (telemetry.IdleReason is { } reason)
        {
            NothingCollected(reason);
            return Task.CompletedTask;
        }

        foreach (string ignored in configuration.Ignored)
        {
            VariableIgnored(ignored);
        }

        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(loggers))
            .SetResourceBuilder(ResourceSetup.Create(Dns.GetHostName(), configuration.Resource.Attributes))
            .AddCardinalityViews(configuration.Settings.Tcp)
            .AddTcpInstrumentation(configuration.Settings.Tcp);
        var readers = new List<BeatingReader>();
        if (telemetry.Otlp is { } otlp)
        {
            // The exporter reads it from the process.
            Environment.SetEnvironmentVariable(TelemetrySettings.SdkRetryVariable, null);
            OtlpDelivery delivery = _delivery = new OtlpDelivery(
                otlp, telemetry, configuration.Settings.Export, _userAgent, status, loggers, time);
            TimeSpan delay = Random.Shared.NextDouble() * (Interval < MaxFirstDelay ? Interval : MaxFirstDelay);
            readers.Add(Reader(new BeatingOtlpExporter(OtlpOptions(otlp, delivery), beat), delay));
            string endpoint = ShownUrl.Of(otlp.Endpoint);
            Exports(endpoint, otlp.Protocol, telemetry.ExportIntervalMilliseconds / 1000.0);
        }

        if (telemetry.Console)
        {
            table.Broken = TableFailed;

            // A person is watching: do not let them wait.
            readers.Add(Reader(new ConsoleTableExporter(Console.Out, Style.ForOutput(), time, table), TimeSpan.Zero));
        }

        readers.ForEach(reader => builder.AddReader(reader));
        _provider = builder.Build();
        if (telemetry.IsUnconfigured)
        {
            NoEndpoint(telemetry.ExportIntervalMilliseconds / 1000.0);
        }

        readers.ForEach(reader => reader.Start());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_provider is not { } provider)
        {
            if (configuration.Telemetry.IdleReason is not null)
            {
                Stopped("nothing was collected");
            }

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
        { Otlp: not null } => (ended ? status.Last : ExportOutcome.Dropped) switch
        {
            ExportOutcome.Delivered => "the last collection was exported",
            ExportOutcome.Kept => $"the last collection is kept in {configuration.Settings.Export.Spool.Path}",
            ExportOutcome.KeptInMemory => "the last collection could not be exported, and is held in memory because the spool cannot be used",
            _ => "the last collection could not be exported",
        },
        _ => table.Fault is null ? "the last collection was printed" : "the last collection could not be printed",
    };

    /// <summary>Without tables and without a collector the agent is for nothing.</summary>
    private void TableFailed(OutputException fault)
    {
        if (configuration.Telemetry.Otlp is not null)
        {
            NoTable(fault.Message);
        }
        else
        {
            // At once, or when all has started: the host takes a stop before that for a failed start.
            lifetime.ApplicationStarted.Register(lifetime.StopApplication);
        }
    }

    private BeatingReader Reader(BaseExporter<Metric> exporter, TimeSpan delay) => new(
        exporter, delay, Interval, configuration.Telemetry.ExportTimeoutMilliseconds, beat, time)
    {
        TemporalityPreference = configuration.Telemetry.Temporality,
    };

    private OtlpExporterOptions OtlpOptions(OtlpSettings otlp, OtlpDelivery delivery) => new()
    {
        Endpoint = otlp.Endpoint,
        Protocol = otlp.Protocol,

        // The sender's to set; it would take the variable's by itself.
        Headers = null,
        TimeoutMilliseconds = otlp.TimeoutMilliseconds,
        Compression = otlp.Compression,
        UserAgentProductIdentifier = _userAgent,
        HttpClientFactory = delivery.CreateClient,
    };

    [LoggerMessage(EventId = 20, Level = LogLevel.Information,
        Message = "Exporting to {Endpoint} by {Protocol} every {Seconds} s.")]
    private partial void Exports(string endpoint, OtlpExportProtocol protocol, double seconds);

    [LoggerMessage(EventId = 21, Level = LogLevel.Information,
        Message = "No collector is configured: printing a table every {Seconds} s. To export, set OTEL_EXPORTER_OTLP_ENDPOINT, "
            + "such as http://collector:4317 (gRPC) or http://collector:4318 (HTTP).")]
    private partial void NoEndpoint(double seconds);

    [LoggerMessage(EventId = 23, Level = LogLevel.Warning, Message = "Nothing is collected or exported: {Reason}.")]
    private partial void NothingCollected(string reason);

    [LoggerMessage(EventId = 24, Level = LogLevel.Warning, Message = "{Fault}.")]
    private partial void VariableIgnored(string fault);

    [LoggerMessage(EventId = 25, Level = LogLevel.Warning, Message = "The table of this collection is lost: {Reason}. Exports go on.")]
    private partial void NoTable(string reason);

    [LoggerMessage(EventId = 22, Level = LogLevel.Information, Message = "Stopped: {Outcome}.")]
    private partial void Stopped(string outcome);
}
