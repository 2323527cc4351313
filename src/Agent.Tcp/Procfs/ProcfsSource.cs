using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Procfs;

/// <summary>Reads any namespace through the text tables of one of its processes. Needs no privileges.</summary>
internal sealed class ProcfsSource(ProcNetTcpReader reader) : ITcpSource
{
    public TcpSourceKind Kind => TcpSourceKind.Procfs;

    /// <summary>Reads the tables that the snapshot's totals do not prove empty: each walks the node's whole hash.</summary>
    public void Read(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        ConnectionCounts counts = snapshot.Counts;
        if (snapshot.TotalsNow is { ProveInetEmpty: true })
        {
            snapshot[SocketFamily.Inet] = FamilyStatus.Read;
        }
        else
        {
            TableReadResult inet = reader.Read(space.Tcp.Bytes, SocketFamily.Inet, counts, snapshot.Signals);
            snapshot[SocketFamily.Inet] = Judge(space.Tcp, SocketFamily.Inet, inet, counts, errors);
        }

        snapshot[SocketFamily.Inet6] = snapshot.TotalsNow is { ProveInet6Empty: true } totals
            ? (totals.Inet6 is null ? FamilyStatus.Unsupported : FamilyStatus.Read)
            : ReadInet6(space, snapshot, errors);
    }

    private FamilyStatus ReadInet6(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        TableReadResult inet6 = reader.Read(space.Tcp6.Bytes, SocketFamily.Inet6, snapshot.Counts, snapshot.Signals);
        return IsUnsupported(space, inet6)
            ? FamilyStatus.Unsupported
            : Judge(space.Tcp6, SocketFamily.Inet6, inet6, snapshot.Counts, errors);
    }

    /// <summary>A kernel without IPv6 has no tcp6; a process that has gone has neither table.</summary>
    private static bool IsUnsupported(TcpNamespace space, TableReadResult inet6) =>
        inet6.ErrorNumber == Errno.ENOENT && Libc.Inode(space.Tcp.Bytes) != 0;

    private static FamilyStatus Judge(
        ProcPath path, SocketFamily family, TableReadResult result, ConnectionCounts counts, List<ReadError> errors)
    {
        if (result.Failure != ReadFailure.None)
        {
            errors.Add(ProcfsErrors.Unreadable(path, result));
            return FamilyStatus.Failed;
        }

        if (result.MalformedRows > 0)
        {
            errors.Add(ProcfsErrors.Malformed(path, result));
        }

        long unknown = counts.Unknown(family);
        if (unknown > 0)
        {
            errors.Add(ProcfsErrors.UnknownState(path, unknown));
        }

        return FamilyStatus.Read;
    }
}
