using Agent.Tcp.Interop;
using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Procfs;

/// <summary>Reads any namespace through the text tables of one of its processes. Needs no privileges.</summary>
internal sealed class ProcfsSource(ProcNetTcpReader reader) : ITcpSource
{
    public TcpSourceKind Kind => TcpSourceKind.Procfs;

    public void Read(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors)
    {
        snapshot[SocketFamily.Inet] = ReadFamily(space.Tcp, SocketFamily.Inet, snapshot.Counts, errors);
        snapshot[SocketFamily.Inet6] = ReadInet6(space, snapshot.Counts, errors);
    }

    private FamilyStatus ReadInet6(TcpNamespace space, ConnectionCounts counts, List<ReadError> errors)
    {
        // A kernel without IPv6 has no tcp6; a process that has gone has neither table.
        bool missing = Libc.Inode(space.Tcp6.Bytes) == 0;
        return missing && Libc.Inode(space.Tcp.Bytes) != 0
            ? FamilyStatus.Unsupported
            : ReadFamily(space.Tcp6, SocketFamily.Inet6, counts, errors);
    }

    private FamilyStatus ReadFamily(ProcPath path, SocketFamily family, ConnectionCounts counts, List<ReadError> errors)
    {
        TableReadResult result = reader.Read(path.Bytes, family, counts);
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
