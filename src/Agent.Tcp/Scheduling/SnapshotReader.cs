using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Ports;
using Agent.Tcp.Procfs;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Foreign;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tcp.Scheduling;

/// <summary>Takes snapshots: asks which namespaces there are, and has a source read each. Not thread-safe.</summary>
internal sealed class SnapshotReader : IDisposable
{
    private readonly TimeProvider _time;
    private readonly INamespaceList _list;
    private readonly SourceSelector _sources;
    private readonly NamespaceReadings _readings;
    private readonly LiveNamespaces _live;
    private readonly TcpSnapshot _snapshot = new();

    /// <summary>Reads nothing yet.</summary>
    /// <param name="options">What is read, and how.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Is told which source is used; null for nobody.</param>
    /// <param name="rows">Makes what takes the rows of a namespace; null where they are not wanted.</param>
    public SnapshotReader(
        TcpInstrumentationOptions options, TimeProvider? time = null, ILogger? logger = null, Func<TcpNamespace, ISocketRows>? rows = null)
        : this(options, new NetlinkTransport(), time ?? TimeProvider.System, logger ?? NullLogger.Instance, rows)
    {
    }

    /// <summary>For tests, over another transport.</summary>
    internal SnapshotReader(
        TcpInstrumentationOptions options,
        ISockDiagTransport transport,
        TimeProvider time,
        ILogger logger,
        Func<TcpNamespace, ISocketRows>? rows = null)
    {
        _time = time;
        _live = new LiveNamespaces(options.Metrics, rows ?? PortCounting.For(options, time));
        _list = NamespaceLists.Create(options, time, logger);
        var limit = new ReadLimit(time, options.ReadTimeout);
        (SockDiagSource own, ForeignSockDiag foreign) = SockDiagSource.Create(transport, options, time, limit);
        _sources = new SourceSelector(
            options.Source,
            new ProcfsSource(new ProcNetTcpReader(time, limit)),
            own,
            new SourceLog(logger),
            time,
            foreign,
            limit);
        _readings = new NamespaceReadings(_sources, new CpuBudget(options.CpuBudget, time), limit, options, time);
    }

    /// <summary>By which way other namespaces than this process's own are read, and why.</summary>
    public (ForeignAccess Access, string Reason) Foreign => (_sources.ForeignAccess, _sources.ForeignReason);

    /// <summary>CPU time spent on snapshots since the start.</summary>
    public TimeSpan CpuSpent => _readings.CpuSpent;

    /// <inheritdoc cref="NamespaceReadings.CpuAlways"/>
    public TimeSpan CpuAlways => _readings.CpuAlways;

    /// <summary>Reads now. The result is valid until the next call. Never throws for what the kernel answers.</summary>
    public TcpSnapshot Read()
    {
        _readings.Begin();
        _snapshot.Begin(_time.GetUtcNow());
        Refresh();
        _readings.ReadAll(_live.Snapshots, _snapshot.Errors);
        _snapshot.Namespaces = _readings.Vanished.Count > 0 ? ReadVanishedAgain() : _live.Snapshots;
        _snapshot.Node = _readings.Node;
        _snapshot.End(_time);
        _readings.End();
        return _snapshot;
    }

    public void Dispose()
    {
        _sources.Dispose();
        _list.Dispose();
    }

    private void Refresh()
    {
        IReadOnlyList<TcpNamespace> list = _list.Refresh(_snapshot.Errors);
        _live.Update(list);
        _sources.Keep(IsVisible(list) ? list : []);
    }

    /// <summary>
    /// Discovery leaves out what has gone. A namespace that is read through a fixed process goes with it: a socket held of
    /// it would go on to answer, and keep it alive.
    /// </summary>
    private static bool IsVisible(IReadOnlyList<TcpNamespace> list) =>
        list.Count != 1 || list[0].Id != 0 || Libc.Inode(list[0].Tcp.Bytes) != 0;

    /// <summary>
    /// A process that stood for a namespace has just ended. Either so has the namespace, or another process stands for
    /// it now: a series must not vanish while its namespace lives.
    /// </summary>
    /// <returns>Those of the snapshot that live. One that began meanwhile is none of them: it was not left out for want of time.</returns>
    private NamespaceSnapshot[] ReadVanishedAgain()
    {
        // What could not be seen has been said the first time.
        int errors = _snapshot.Errors.Count;
        Refresh();
        _snapshot.Errors.RemoveRange(errors, _snapshot.Errors.Count - errors);
        foreach (NamespaceSnapshot vanished in _readings.Vanished)
        {
            if (_live.Find(vanished.Namespace) == vanished)
            {
                _readings.Read(vanished);
                _snapshot.Errors.AddRange(vanished.Reading.Errors);
            }
        }

        return [.. _live.Snapshots.Where(one => one.History.FoundAt is not null)];
    }
}
