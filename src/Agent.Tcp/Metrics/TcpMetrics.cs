using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;
using Microsoft.Extensions.Logging;

namespace Agent.Tcp.Metrics;

/// <summary>The instruments. Their callbacks share one snapshot per collection and never throw.</summary>
internal sealed partial class TcpMetrics : IDisposable
{
    private readonly SharedSnapshot _shared;
    private readonly NamespaceInstruments _ofNamespaces;
    private readonly OwnInstruments _own;
    private readonly ILogger _logger;
    private readonly int _maxNamespaces;
    private bool _isBeyond;

    public TcpMetrics(TcpInstrumentationOptions options, ILogger logger, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _logger = logger;
        _maxNamespaces = options.MaxNamespaces;
        _shared = new SharedSnapshot(new SnapshotReader(options, time, logger), Taken, logger, time);
        _ofNamespaces = new NamespaceInstruments(options, _shared, time);
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

    /// <summary>Gives the namespaces their series; what that tells counts for this collection already.</summary>
    private void Taken(TcpSnapshot snapshot)
    {
        NamespaceGroups groups = _ofNamespaces.Groups;
        groups.Update(snapshot.Namespaces);
        if (groups.Beyond > 0)
        {
            _shared.Errors.Count(ReadFailure.NamespaceLimit);
        }

        if (_isBeyond != groups.Beyond > 0)
        {
            _isBeyond = !_isBeyond;
            Limit(_isBeyond, groups.Beyond);
        }
    }

    private void Limit(bool isBeyond, int beyond)
    {
        if (isBeyond)
        {
            BeyondLimit(_maxNamespaces, beyond);
        }
        else
        {
            WithinLimit(_maxNamespaces);
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning,
        Message = "More than {Max} namespaces (setting Tcp:MaxNamespaces): {Beyond} are summed into one, linux.netns.inode=other. Logged once until they fit.")]
    private partial void BeyondLimit(int max, int beyond);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "All namespaces fit in {Max} again.")]
    private partial void WithinLimit(int max);
}

/// <summary>A service of the meter provider: disposes of the instruments when the provider's services are disposed of.</summary>
internal sealed class TcpMetricsOwner : IDisposable
{
    private readonly List<TcpMetrics> _metrics = [];

    public void Add(TcpMetrics metrics) => _metrics.Add(metrics);

    public void Dispose() => _metrics.ForEach(static metrics => metrics.Dispose());
}
