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
    private readonly NamespaceResolver _namespaces;
    private readonly SourceSelector _sources;
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
        _namespaces = new NamespaceResolver(options.ProcRoot, options.Namespaces);
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
    }

    /// <summary>Reads now. The result is valid until the next call. Never throws for what the kernel answers.</summary>
    public TcpSnapshot Read()
    {
        _snapshot.Begin(_time.GetUtcNow());
        _sources.Read(_namespaces.Resolve(), _snapshot.Namespace, _snapshot.Errors);
        return _snapshot;
    }

    public void Dispose() => _sources.Dispose();
}
