namespace Agent.Tcp.Procfs;

/// <summary>Reads any namespace through the text tables of one of its processes. Needs no privileges.</summary>
internal sealed class ProcfsSource(ProcNetTcpReader reader) : ITcpSource
{
    /// <summary>Reads the tables that the totals do not prove empty: each walks the node's whole hash.</summary>
    public void Read(TcpNamespace space, in ReadHints hints, Reading into)
    {
        into.Begin(TcpSourceKind.Procfs);
        if (into.Rows is { NeedsOrder: true })
        {
            ReadInet6(space, hints, into);
            ReadInet(space, hints, into);
        }
        else
        {
            ReadInet(space, hints, into);
            ReadInet6(space, hints, into);
        }
    }

    private void ReadInet(TcpNamespace space, in ReadHints hints, Reading into) =>
        into[SocketFamily.Inet] = hints.Totals is { ProveInetEmpty: true }
            ? FamilyStatus.Read
            : Judge(space.Tcp, SocketFamily.Inet, ReadTable(space.Tcp, SocketFamily.Inet, into), into);

    private void ReadInet6(TcpNamespace space, in ReadHints hints, Reading into) =>
        into[SocketFamily.Inet6] = hints.Totals is { ProveInet6Empty: true } totals
            ? (totals.Inet6 is null ? FamilyStatus.Unsupported : FamilyStatus.Read)
            : ReadInet6(space, into);

    private TableReadResult ReadTable(ProcPath path, SocketFamily family, Reading into) =>
        reader.Read(path.Bytes, family, into.Counts, into.Signals, into.Rows);

    private FamilyStatus ReadInet6(TcpNamespace space, Reading into)
    {
        TableReadResult inet6 = ReadTable(space.Tcp6, SocketFamily.Inet6, into);
        return IsUnsupported(space, inet6) ? FamilyStatus.Unsupported : Judge(space.Tcp6, SocketFamily.Inet6, inet6, into);
    }

    /// <summary>A kernel without IPv6 has no tcp6; a process that has gone has neither table.</summary>
    private static bool IsUnsupported(TcpNamespace space, TableReadResult inet6) =>
        inet6.ErrorNumber == Errno.ENOENT && Libc.Inode(space.Tcp.Bytes) != 0;

    private static FamilyStatus Judge(ProcPath path, SocketFamily family, TableReadResult result, Reading into)
    {
        if (result.Failure != ReadFailure.None)
        {
            into.Errors.Add(ProcfsErrors.Unreadable(path, result));
            return FamilyStatus.Failed;
        }

        if (result.MalformedRows > 0)
        {
            into.Errors.Add(ProcfsErrors.Malformed(path, result));
        }

        long unknown = into.Counts.Unknown(family);
        if (unknown > 0)
        {
            into.Errors.Add(ProcfsErrors.UnknownState(path, unknown));
        }

        return FamilyStatus.Read;
    }
}
