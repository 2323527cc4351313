using System.Diagnostics.Metrics;
using Agent.Tcp.Snapshots;
using Microsoft.Extensions.Logging;

namespace Agent.Tcp.Metrics;

/// <summary>The instruments. Their callbacks share one snapshot per collection and never throw.</summary>
internal sealed partial class TcpMetrics : IDisposable
{
    private readonly SnapshotReader _reader;
    private readonly SharedSnapshot _shared;
    private readonly ConnectionSeriesSet _connections;
    private readonly NamespaceCounts _namespaces = new();
    private readonly ILogger _logger;
    private readonly int _maxNamespaces;
    private readonly Meter _meter = TcpMeters.Create();
    private readonly ObservedInstrument<long> _connectionsInstrument;
    private bool _isBeyond;

    public TcpMetrics(TcpInstrumentationOptions options, ILogger logger, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _reader = new SnapshotReader(options, time, logger);
        _logger = logger;
        _maxNamespaces = options.MaxNamespaces;
        _shared = new SharedSnapshot(_reader, Taken, logger, time);
        _connections = new ConnectionSeriesSet(options.MaxNamespaces);
        _connectionsInstrument = new ObservedInstrument<long>(_shared, 0, Connections);
        Rotating = new RotatingMeter(CreateConnections, options.CardinalityLimit, time, () => _shared.TakenAt);
        Rotating.Start();
        CreateOwn();
    }

    /// <summary>The meter of the instruments whose series come and go with the node's pods.</summary>
    public RotatingMeter Rotating { get; }

    public void Dispose()
    {
        Rotating.Dispose();
        _meter.Dispose();
        _reader.Dispose();
    }

    private void CreateConnections(Meter meter) => meter.CreateObservableUpDownCounter(
        "tcp.connections",
        _connectionsInstrument.Observe,
        "{connection}",
        "TCP sockets by state, by what is on the wire, and by the kernel table they stand in.");

    /// <summary>What the agent tells about itself; its series are few and fixed.</summary>
    private void CreateOwn()
    {
        _meter.CreateObservableUpDownCounter(
            "tcp.agent.namespaces",
            new ObservedInstrument<long>(_shared, 1, Namespaces).Observe,
            "{namespace}",
            "Network namespaces by how current their reading is.");
        _meter.CreateObservableGauge(
            "tcp.agent.snapshot.age",
            new ObservedInstrument<double>(_shared, 2, Age).Observe,
            "s",
            "Age of the oldest namespace reading that is reported.");
        _meter.CreateObservableCounter(
            "tcp.agent.collection.cpu",
            new ObservedInstrument<double>(_shared, 3, Cpu).Observe,
            "s",
            "CPU time spent reading the kernel's tables.");
        _meter.CreateObservableCounter(
            "tcp.agent.read.errors",
            new ObservedInstrument<long>(_shared, 4, _shared.Errors.Report).Observe,
            "{error}",
            "Tables, lines and states that could not be read.");
    }

    /// <summary>Gives the namespaces their series; what that tells counts for this collection already.</summary>
    private void Taken(TcpSnapshot snapshot)
    {
        _connections.Follow(snapshot.Namespaces);
        if (_connections.Beyond > 0)
        {
            _shared.Errors.Count(ReadFailure.NamespaceLimit);
        }

        if (_isBeyond != _connections.Beyond > 0)
        {
            _isBeyond = !_isBeyond;
            Limit(_isBeyond);
        }
    }

    private void Connections(MeasurementBuffer<long> into)
    {
        if (_shared.Current is not null)
        {
            int added = _connections.Report(into);
            Rotating.Reported(added, _connections.Points);
        }
    }

    private void Namespaces(MeasurementBuffer<long> into)
    {
        if (_shared.Current is { } snapshot)
        {
            _namespaces.Report(snapshot, into);
        }
    }

    private void Age(MeasurementBuffer<double> into)
    {
        if (_shared.Current?.OldestAge is { } age)
        {
            into.Add(new Measurement<double>(age.TotalSeconds));
        }
    }

    private void Cpu(MeasurementBuffer<double> into) => into.Add(new Measurement<double>(_shared.CpuSpent.TotalSeconds));

    private void Limit(bool isBeyond)
    {
        if (isBeyond)
        {
            BeyondLimit(_maxNamespaces, _connections.Beyond);
        }
        else
        {
            WithinLimit(_maxNamespaces);
        }
    }

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning,
        Message = "More than {Max} namespaces (setting Tcp:MaxNamespaces): {Beyond} are summed into one, linux.netns.inode=other. Logged once until they fit.")]
    private partial void BeyondLimit(int max, int beyond);

    [LoggerMessage(EventId = 7, Level = LogLevel.Information, Message = "All namespaces fit in {Max} again.")]
    private partial void WithinLimit(int max);
}
