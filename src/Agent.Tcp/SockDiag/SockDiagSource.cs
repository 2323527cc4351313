using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.SockDiag;

/// <summary>
/// Reads this process's own network namespace by netlink socket diagnostics: both families in one walk of the kernel's
/// hash, or in one each where the kernel refuses that. Needs no privileges.
/// </summary>
internal sealed class SockDiagSource(
    ISockDiagTransport transport,
    SockDiagReader reader,
    OwnNamespace own,
    uint states) : ITcpSource, IDisposable
{
    private readonly ConnectionCounter _counter = new();
    private ulong _socketNamespace;
    private bool _familyByFamily;

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
        if (!_familyByFamily)
        {
            var query = new SockDiagQuery(null, states);
            SockDiagResult result = Dump(query, snapshot.Counts);
            if (!result.IsUnknownRequest)
            {
                ReportBoth(query, result, hasInet6, snapshot, errors);
                return;
            }
        }

        ReadFamilyByFamily(hasInet6, snapshot, errors);
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

    private void ReadFamilyByFamily(bool hasInet6, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        bool inet = ReadFamily(SocketFamily.Inet, snapshot, errors);
        bool inet6 = false;
        if (hasInet6)
        {
            inet6 = ReadFamily(SocketFamily.Inet6, snapshot, errors);
        }
        else
        {
            snapshot[SocketFamily.Inet6] = FamilyStatus.Unsupported;
        }

        // A kernel that answers neither form now may know the first one later: its module may be loaded.
        _familyByFamily = inet || inet6;
    }

    private bool ReadFamily(SocketFamily family, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        var query = new SockDiagQuery(family, states);
        SockDiagResult result = Dump(query, snapshot.Counts);
        if (!result.IsWhole)
        {
            errors.Add(SockDiagErrors.Failed(query, result));
            return false;
        }

        Whole(family, snapshot, errors);
        return true;
    }

    private SockDiagResult Dump(in SockDiagQuery query, ConnectionCounts counts)
    {
        _counter.Into(counts, query);
        SockDiagResult result = reader.Read(query, _counter);
        if (!result.IsWhole)
        {
            _counter.Clear();
        }

        return result;
    }

    private static void ReportBoth(
        SockDiagQuery query, SockDiagResult result, bool hasInet6, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        if (!result.IsWhole)
        {
            errors.Add(SockDiagErrors.Failed(query, result));
            return;
        }

        Whole(SocketFamily.Inet, snapshot, errors);
        if (hasInet6)
        {
            Whole(SocketFamily.Inet6, snapshot, errors);
        }
        else
        {
            snapshot[SocketFamily.Inet6] = FamilyStatus.Unsupported;
        }
    }

    private static void Whole(SocketFamily family, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        snapshot[family] = FamilyStatus.Read;
        long unknown = snapshot.Counts.Unknown(family);
        if (unknown > 0)
        {
            errors.Add(SockDiagErrors.UnknownState(family, unknown));
        }
    }
}
