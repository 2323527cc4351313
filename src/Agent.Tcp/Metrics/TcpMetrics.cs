using System.Diagnostics.Metrics;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;
using Microsoft.Extensions.Logging;

namespace Agent.Tcp.Metrics;

/// <summary>The instruments. Their callbacks share one snapshot per collection and never throw.</summary>
internal sealed partial class TcpMetrics : IDisposable
{
    private const int ConnectionsInstrument = 0;
    private const int ReadErrorsInstrument = 1;

    private static readonly string Version = typeof(TcpMetrics).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    private readonly Lock _lock = new();
    private readonly SnapshotReader _reader;
    private readonly ILogger _logger;
    private readonly ReadErrorLog _errorLog;
    private readonly ReadErrorCounter _errors = new();
    private readonly CollectionGate _gate;
    private readonly MeasurementBuffer[] _buffers = [new(), new()];
    private readonly Meter _meter;
    private ConnectionSeries? _connections;
    private TcpSnapshot? _snapshot;
    private bool _collectionFailing;

    public TcpMetrics(SnapshotReader reader, ILogger logger, TimeProvider? time = null)
    {
        _gate = new CollectionGate(time ?? TimeProvider.System);
        _reader = reader;
        _logger = logger;
        _errorLog = new ReadErrorLog(logger);
        _meter = new Meter(new MeterOptions(TcpMetricNames.Meter) { Version = Version });
        _meter.CreateObservableUpDownCounter(
            "tcp.connections",
            () => Report(ConnectionsInstrument),
            "{connection}",
            "TCP sockets by state, by what is on the wire, and by the kernel table they stand in.");
        _meter.CreateObservableCounter(
            "tcp.agent.read.errors",
            () => Report(ReadErrorsInstrument),
            "{error}",
            "Tables, lines and states that could not be read.");
    }

    public void Dispose()
    {
        _meter.Dispose();
        lock (_lock)
        {
            _reader.Dispose();
        }
    }

    private MeasurementBuffer Report(int instrument)
    {
        lock (_lock)
        {
            MeasurementBuffer buffer = _buffers[instrument];
            if (!buffer.TryRent())
            {
                // Another listener (dotnet-counters, say) collects at the same time and still reads the shared one.
                buffer = new MeasurementBuffer();
            }

            if (_gate.Enter(instrument))
            {
                TakeSnapshot();
                _gate.Taken();
            }

            Fill(instrument, buffer);
            return buffer;
        }
    }

    private void Fill(int instrument, MeasurementBuffer buffer)
    {
        if (instrument == ReadErrorsInstrument)
        {
            _errors.Report(buffer);
        }
        else if (_snapshot?.Namespace is { Namespace: { } space } read)
        {
            SeriesOf(space).Report(read, buffer);
        }
    }

    private void TakeSnapshot()
    {
        try
        {
            _snapshot = _reader.Read();
            _errors.Count(_snapshot.Errors);
            _errorLog.Update(_snapshot.Errors);
            _collectionFailing = false;
        }
#pragma warning disable CA1031 // A callback that throws costs every instrument after it; what was not read is absent.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _snapshot = null;
            _errors.Count(ReadFailure.Io);
            if (!_collectionFailing)
            {
                _collectionFailing = true;
                CollectionFailed(exception);
            }
        }
    }

    private ConnectionSeries SeriesOf(TcpNamespace space)
    {
        if (_connections?.Namespace != space)
        {
            _connections = new ConnectionSeries(space);
        }

        return _connections;
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "A collection failed; its points are absent. Logged once until one succeeds.")]
    private partial void CollectionFailed(Exception exception);
}
