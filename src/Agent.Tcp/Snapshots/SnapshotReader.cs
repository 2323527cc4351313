using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.SockDiag;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tcp.Snapshots;

/// <summary>Takes snapshots: asks which namespaces there are, and has a source read each. Not thread-safe.</summary>
internal sealed class SnapshotReader : IDisposable
{
    private readonly TimeProvider _time;
    private readonly INamespaceList _list;
    private readonly SourceSelector _sources;
    private readonly NamespaceReadings _readings;
    private readonly LiveNamespaces _live = new();
    private readonly TcpSnapshot _snapshot = new();

    public SnapshotReader(TcpInstrumentationOptions options, TimeProvider? time = null, ILogger? logger = null)
        : this(options, new NetlinkTransport(), time ?? TimeProvider.System, logger ?? NullLogger.Instance)
    {
    }

    /// <summary>For tests, over another transport.</summary>
    internal SnapshotReader(
        TcpInstrumentationOptions options, ISockDiagTransport transport, TimeProvider time, ILogger logger)
    {
        _time = time;
        _list = NamespaceLists.Create(options, time, logger);
        _sources = new SourceSelector(
            options.Source,
            new ProcfsSource(new ProcNetTcpReader(time, options.ReadTimeout)),
            new SockDiagSource(
                transport,
                new SockDiagReader(transport, time, options.ReadTimeout),
                new OwnNamespace(options.ProcRoot),
                options.BoundInactive ? StateMask.WithBoundInactive : StateMask.Procfs),
            new SourceLog(logger),
            time);
        _readings = new NamespaceReadings(_sources, new CpuBudget(options.CpuBudget, time), options.CollectionTimeout, time);
    }

    /// <summary>CPU time spent on snapshots since the start.</summary>
    public TimeSpan CpuSpent => _readings.CpuSpent;

    /// <summary>Reads now. The result is valid until the next call. Never throws for what the kernel answers.</summary>
    public TcpSnapshot Read()
    {
        _readings.Begin();
        _snapshot.Begin(_time.GetUtcNow());
        _live.Update(_list.Refresh(_snapshot.Errors));
        _readings.ReadAll(_live.Snapshots, _snapshot.Errors);
        if (_readings.Vanished.Count > 0)
        {
            ReadVanishedAgain();
        }

        _snapshot.Namespaces = _live.Snapshots;
        _snapshot.End(_time);
        _readings.End();
        return _snapshot;
    }

    public void Dispose() => _sources.Dispose();

    /// <summary>
    /// A process that stood for a namespace has just ended. Either so has the namespace, or another process stands for
    /// it now: a series must not vanish while its namespace lives.
    /// </summary>
    private void ReadVanishedAgain()
    {
        // What could not be seen has been said the first time.
        int errors = _snapshot.Errors.Count;
        _live.Update(_list.Refresh(_snapshot.Errors));
        _snapshot.Errors.RemoveRange(errors, _snapshot.Errors.Count - errors);
        foreach (NamespaceSnapshot vanished in _readings.Vanished)
        {
            if (_live.Find(vanished.Namespace!) == vanished)
            {
                _readings.Read(vanished, _snapshot.Errors);
            }
        }
    }
}
