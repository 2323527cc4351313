using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Metrics;

/// <summary>The instruments. Their callbacks share one snapshot per collection and never throw.</summary>
internal sealed class TcpMetrics : IDisposable
{
    private readonly SharedSnapshot _shared;
    private readonly NamespaceInstruments _ofNamespaces;
    private readonly OwnInstruments _own;

    public TcpMetrics(TcpInstrumentationOptions options, ILogger logger, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _shared = new SharedSnapshot(new SnapshotReader(options, time, logger), logger, time);
        _ofNamespaces = new NamespaceInstruments(options, _shared, logger, time);
        _ofNamespaces.Rotating.Start();
        _own = new OwnInstruments(options, _shared, _ofNamespaces.Count);
    }

    /// <summary>The meter of the instruments whose series come and go with the node's pods.</summary>
    public RotatingMeter Rotating => _ofNamespaces.Rotating;

    public void Dispose()
    {
        // The meters first, and without the snapshot's lock: a collection takes that while it holds the SDK's.
        _ofNamespaces.Dispose();
        _own.Dispose();
        _shared.Dispose();
    }
}
