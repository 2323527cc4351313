using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>A whole collection: every callback of the meter, as a listener without an SDK sees it.</summary>
internal sealed class MeterReading : IDisposable
{
    private readonly TcpMetrics _metrics;
    private readonly MeterListener _listener = new();
    private long _sockets;

    public MeterReading(TcpInstrumentationOptions options)
    {
        // Only its own meters, which are made below: there may be other readings beside this one.
        bool isOwn = false;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isOwn)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            _sockets += string.Equals(instrument.Name, "tcp.connections", StringComparison.Ordinal) ? value : 0);
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _listener.Start();
        isOwn = true;
        _metrics = new TcpMetrics(options, NullLogger.Instance);
        isOwn = false;
    }

    public void Collect()
    {
        _sockets = 0;
        _listener.RecordObservableInstruments();
    }

    public long Count()
    {
        Collect();
        return _sockets;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _metrics.Dispose();
    }
}
