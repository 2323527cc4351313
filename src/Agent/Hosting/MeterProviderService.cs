using Agent.Configuration;
using Agent.Export;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Agent.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agent.Hosting;

/// <summary>Runs the meter provider while the host runs, and exports what is pending when the host stops.</summary>
internal sealed partial class MeterProviderService(
    AgentConfiguration configuration,
    ILoggerFactory loggers,
    TimeProvider time,
    ExportStatus status,
    CollectionBeat beat,
    ConsoleTable table,
    IHostApplicationLifetime lifetime,
    ILogger<MeterProviderService> logger,
    IServiceProvider services) : IHostedService, IAsyncDisposable
{
    /// <summary>For the last collection and export.</summary>
    private const int ShutdownMilliseconds = 7_000;

    /// <summary>The same if the SDK does not return in time; leaves time to log it before <see cref="StopDeadline"/>.</summary>
    private static readonly TimeSpan ShutdownBudget = TimeSpan.FromSeconds(7.5);

    /// <summary>The longest delay of the first export, so that agents that start together do not export together.</summary>
    private static readonly TimeSpan MaxFirstDelay = TimeSpan.FromSeconds(1);

    private readonly string _userAgent = $"{ResourceSetup.ServiceName}/{ResourceSetup.Version()}";

    private readonly List<BeatingReader> _readers = [];

    private MeterProvider? _provider;
    private OtlpDelivery? _delivery;

    private TimeSpan Interval => TimeSpan.FromMilliseconds(configuration.Telemetry.ExportIntervalMilliseconds);

    /// <summary>Configures the provider, which OpenTelemetry.Extensions.Hosting builds when the host starts and the container disposes.</summary>
    public static void AddTo(HostApplicationBuilder builder, AgentConfiguration configuration)
    {
        builder.Services.AddSingleton<MeterProviderService>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<MeterProviderService>());
        if (configuration.Telemetry.IdleReason is not null)
        {
            return;
        }

        // The SDK reads its own variables from the host's configuration, which is empty.
        builder.Configuration.AddInMemoryCollection(AgentConfiguration.ReadEnvironment()
            .Where(variable => variable.Key.StartsWith("OTEL_", StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create<string, string?>(variable.Key, variable.Value)));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => ((IDeferredMeterProviderBuilder)metrics
            .SetResourceBuilder(ResourceSetup.Create(Dns.GetHostName(), configuration.Resource.Attributes))
            .AddCardinalityViews(configuration.Settings.Tcp)
            .AddTcpInstrumentation(configuration.Settings.Tcp))
            .Configure(static (services, deferred) => services.GetRequiredService<MeterProviderService>().AddReaders(deferred)));
    }

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

        _provider = services.GetRequiredService<MeterProvider>();
        if (telemetry.Otlp is { } otlp)
        {
            string endpoint = ShownUrl.Of(otlp.Endpoint);
            Exports(endpoint, otlp.Protocol, telemetry.ExportIntervalMilliseconds / 1000.0);
        }

        if (telemetry.IsUnconfigured)
        {
            NoEndpoint(telemetry.ExportIntervalMilliseconds / 1000.0);
        }

        _readers.ForEach(reader => reader.Start());
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

        // Collects and exports once more. It blocks while a collector hangs; the budget and the host's deadline limit it.
        bool ended = await Task.Run(() => provider.Shutdown(ShutdownMilliseconds), CancellationToken.None)
            .WaitAsync(ShutdownBudget, time, cancellationToken)
            .ContinueWith(static task => task.IsCompletedSuccessfully && task.Result, TaskScheduler.Default);
        string outcome = Outcome(ended);
        Stopped(outcome);
    }

    /// <summary>
    /// The container calls it after it has disposed the provider, which it creates after this, and once for each registration.
    /// </summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _delivery, null)?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void AddReaders(MeterProviderBuilder builder)
    {
        TelemetrySettings telemetry = configuration.Telemetry;
        if (telemetry.Otlp is { } otlp)
        {
            // The exporter reads the variable from the process.
            Environment.SetEnvironmentVariable(TelemetrySettings.SdkRetryVariable, null);
            OtlpDelivery delivery = _delivery = new OtlpDelivery(
                otlp, telemetry, configuration.Settings.Export, _userAgent, status, loggers, time);
            TimeSpan delay = Random.Shared.NextDouble() * (Interval < MaxFirstDelay ? Interval : MaxFirstDelay);
            _readers.Add(Reader(new BeatingOtlpExporter(OtlpOptions(otlp, delivery), beat), delay));
        }

        if (telemetry.Console)
        {
            table.Broken = TableFailed;

            // Someone is watching: show the first table at once.
            _readers.Add(Reader(new ConsoleTableExporter(Console.Out, Style.ForOutput(), time, table), TimeSpan.Zero));
        }

        _readers.ForEach(reader => builder.AddReader(reader));
    }

    private string Outcome(bool ended) => configuration.Telemetry switch
    {
        { Otlp: not null } => (ended ? status.Last : ExportOutcome.Dropped) switch
        {
            ExportOutcome.Delivered => "the last collection was exported",
            ExportOutcome.Kept => $"the last collection is kept in {configuration.Settings.Export.Spool.Path}",
            ExportOutcome.KeptInMemory => "the last collection could not be exported, and is kept in memory because the spool cannot be used",
            _ => "the last collection could not be exported",
        },
        _ => table.Fault is null ? "the last collection was printed" : "the last collection could not be printed",
    };

    /// <summary>Without tables and without a collector the agent has no output, so it stops.</summary>
    private void TableFailed(OutputException fault)
    {
        if (configuration.Telemetry.Otlp is not null)
        {
            NoTable(fault.Message);
        }
        else
        {
            // At once, or when the host has started: it treats an earlier stop as a failed start.
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

        // The sender sets them; otherwise the exporter would use those of the variable.
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

    [LoggerMessage(EventId = 25, Level = LogLevel.Warning, Message = "The table of this collection is lost: {Reason}. Exports continue.")]
    private partial void NoTable(string reason);

    [LoggerMessage(EventId = 22, Level = LogLevel.Information, Message = "Stopped: {Outcome}.")]
    private partial void Stopped(string outcome);
}
