using Agent.Export.Answers;
using Agent.Export.Pipeline;
using Agent.Export.Spool;
using Agent.Export.Telemetry;
using Agent.Export.Transport;

namespace Agent.Export;

/// <summary>Everything between the SDK's exporter and the collector, put together.</summary>
internal sealed class OtlpDelivery : IAsyncDisposable
{
    /// <summary>When the agent stops, an attempt in progress gets that long before its payload goes to the spool.</summary>
    private static readonly TimeSpan LastAttempt = TimeSpan.FromSeconds(3);

    private readonly CollectorTransport _transport;
    private readonly DeliveryPipeline _pipeline;
    private readonly PayloadSpool? _spool;
    private readonly SpoolReplayer? _replayer;
    private readonly DeliveryMeter _meter;
    private readonly DeliveryHandler _handler;
    private readonly CancellationTokenSource _hurry;

    public OtlpDelivery(
        OtlpSettings otlp, TelemetrySettings telemetry, ExportSettings settings, string userAgent,
        ExportStatus status, ILoggerFactory loggers, TimeProvider time)
    {
        TimeSpan interval = TimeSpan.FromMilliseconds(telemetry.ExportIntervalMilliseconds);
        ILogger<DeliveryLog> logger = loggers.CreateLogger<DeliveryLog>();
        DeliveryTimes times = DeliveryTimes.Of(interval, otlp, settings);
        HeadersFile? headers = settings.HeadersFile.Length > 0 ? new HeadersFile(settings.HeadersFile, otlp.Protocol, logger) : null;
        var tallies = new DeliveryTallies(
            ErrorTypes.Transient(otlp.Protocol), ErrorTypes.Final(otlp.Protocol, settings.Spool.IsOn));
        var log = new DeliveryLog(otlp, headers, settings.Spool.Path, status, logger, time);
        var pause = new CollectorPause(settings.Retry.MaxRetryAfter, time);
        _hurry = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _transport = new CollectorTransport(otlp, headers, logger);
        _pipeline = new DeliveryPipeline(_transport.SendAsync, otlp.Protocol, times, settings, tallies.Retries, time);
        if (settings.Spool.IsOn)
        {
            _spool = CreateSpool(settings.Spool, tallies, status, loggers, time);
            _spool.Open();
            var pace = new ReplayPace(settings.Spool.ReplayRate, interval, Random.Shared);
            _replayer = new SpoolReplayer(
                _spool, _pipeline, new OtlpRequest(otlp, userAgent), pause,
                new CollectorPause(settings.Retry.MaxRetryAfter, time), pace, tallies.Rejected, log, time);
            _replayer.Start();
        }

        _meter = new DeliveryMeter(tallies, _spool);
        _handler = new DeliveryHandler(_pipeline, _spool, pause, log, tallies.Rejected, _replayer, _hurry.Token);
    }

    /// <summary>For the SDK's exporter. Without a limit of its own: the pipeline has them.</summary>
    public HttpClient CreateClient() => new(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The agent stops: what can be kept is not tried for long any more.</summary>
    public void Hurry()
    {
        if (_spool is not null)
        {
            _pipeline.StopRetrying();
            _hurry.CancelAfter(LastAttempt);
        }
    }

    private static PayloadSpool CreateSpool(
        SpoolSettings settings, DeliveryTallies tallies, ExportStatus status, ILoggerFactory loggers, TimeProvider time)
    {
        var clock = new SpoolClock(time, SpoolClock.ThisBoot());
        var log = new SpoolLog(settings.Path, settings.MaxMemoryBytes, tallies.SpoolErrors, status, loggers.CreateLogger<PayloadSpool>());
        return new PayloadSpool(settings, new SpoolDirectory(settings.Path, clock), clock, tallies, log, time);
    }

    public async ValueTask DisposeAsync()
    {
        if (_replayer is not null)
        {
            await _replayer.DisposeAsync();
        }

        if (_spool is not null)
        {
            await _spool.CloseAsync();
            _spool.Dispose();
        }

        _meter.Dispose();
        _handler.Dispose();
        _transport.Dispose();
        _hurry.Dispose();
    }
}
