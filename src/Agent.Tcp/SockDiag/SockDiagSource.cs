using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;
using Agent.Tcp.SockDiag.Counting;

namespace Agent.Tcp.SockDiag;

/// <summary>Reads this process's own network namespace by netlink socket diagnostics. Needs no privileges.</summary>
internal sealed class SockDiagSource(
    ISockDiagTransport transport,
    SockDiagReader reader,
    OwnNamespace own,
    uint states,
    TotalsCounter? totals = null) : ITcpSource, IDisposable
{
    private readonly SockDiagTables _tables = new(reader, states, totals);
    private ulong _socketNamespace;

    public TcpSourceKind Kind => TcpSourceKind.SockDiag;

    /// <summary>Whether the namespace is the one that the socket sees, or that a socket opened now would see.</summary>
    public bool CanSee(TcpNamespace space)
    {
        if (!transport.IsOpen || _socketNamespace != space.Inode)
        {
            Follow(own.Inode());
        }

        return space.Inode != 0 && _socketNamespace == space.Inode;
    }

    public void Read(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        if (!CanSee(space))
        {
            errors.Add(SockDiagErrors.OtherNamespace(space));
            return;
        }

        bool hasInet6 = Libc.Inode(space.Tcp6.Bytes) != 0;
        _tables.Read(transport, hasInet6, place: null, snapshot, errors);
    }

    public void Dispose() => transport.Dispose();

    /// <summary>A process may move to another namespace; its socket stays in the old one.</summary>
    private void Follow(ulong inode)
    {
        if (_socketNamespace != inode)
        {
            transport.Close();
            _socketNamespace = inode;
        }
    }
}
