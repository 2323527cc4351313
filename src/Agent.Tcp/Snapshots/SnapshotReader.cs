using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Snapshots;

/// <summary>Takes snapshots: asks which namespaces there are, and has a source read each. Not thread-safe.</summary>
internal sealed class SnapshotReader
{
    private readonly TimeProvider _time;
    private readonly NamespaceResolver _namespaces;
    private readonly ProcfsSource _procfs;
    private readonly TcpSnapshot _snapshot = new();

    public SnapshotReader(TcpInstrumentationOptions options, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _namespaces = new NamespaceResolver(options.ProcRoot, options.Namespaces);
        _procfs = new ProcfsSource(new ProcNetTcpReader(_time, options.ReadTimeout));
    }

    /// <summary>Reads now. The result is valid until the next call. Never throws for what the kernel answers.</summary>
    public TcpSnapshot Read()
    {
        _snapshot.Begin(_time.GetUtcNow());
        TcpNamespace space = _namespaces.Resolve();
        _snapshot.Namespace.Begin(space, TcpSourceKind.Procfs);
        _procfs.Read(space, _snapshot.Namespace, _snapshot.Errors);
        return _snapshot;
    }
}
