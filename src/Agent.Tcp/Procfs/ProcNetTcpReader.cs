using Agent.Tcp.Totals;

namespace Agent.Tcp.Procfs;

/// <summary>
/// Reads one table through a small reused buffer and hands the pieces to <see cref="ProcNetTcpTable"/>.
/// Allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Reading stops at the first short page. The kernel fills at most one page a read and stops before the row that
/// does not fit (fs/seq_file.c, <c>seq_read_iter</c>), so a read that leaves more than a row's room was the last.
/// The read that would return 0 walks the whole hash again, and if the table grew meanwhile it starts over
/// (<c>tcp_seek_last_pos</c> finds nothing) and repeats rows: on a busy node a reader that goes to the end of file
/// counts sockets twice, or never ends.
/// </para>
/// <para>
/// A last page that happens to be full cannot be told from any other; if the table grew just then, it is listed on from
/// its old length and rows come twice. <see cref="FullPageEnds"/> notices, and the table is read again.
/// </para>
/// <para>Each read is checked against the deadline: a table that does not end in time is a failed read.</para>
/// </remarks>
internal sealed class ProcNetTcpReader(TimeProvider time, ReadLimit limit)
{
    /// <summary>Above the widest row of any kernel (tcp6 with every number at its widest).</summary>
    public const int WidestRow = 256;

    /// <summary>A read of less than this was the last: the page had room for a row more.</summary>
    public static readonly int ShortPage = Environment.SystemPageSize - WidestRow;

    /// <summary>A table's last page is full one time in 14 to 27, so three more readings end all but one in 40,000.</summary>
    private const int MaxRereads = 3;

    private readonly FullPageEnds _fullPages = new();

    /// <summary>One page as the kernel fills it, and as much again for the row a piece may end in.</summary>
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(2 * Environment.SystemPageSize, pinned: true);

    private TimeSpan _timeout;

    /// <summary>A reader that has <paramref name="timeout"/> for each table.</summary>
    public ProcNetTcpReader(TimeProvider time, TimeSpan timeout)
        : this(time, new ReadLimit(time, timeout))
    {
    }

    /// <summary>Counts the table at <paramref name="path"/> (UTF-8, NUL-terminated) into <paramref name="counts"/>, and what else its rows tell into <paramref name="signals"/> and <paramref name="rows"/>.</summary>
    /// <remarks>On failure the family's counts are cleared: part of a table is no result.</remarks>
    public TableReadResult Read(
        ReadOnlySpan<byte> path, SocketFamily family, ConnectionCounts counts, SocketSignals? signals = null, ISocketRows? rows = null)
    {
        long start = time.GetTimestamp();
        _timeout = limit.ForNext;
        TableReadResult result = ReadOnce(path, family, new ProcNetTcpTable(family, counts, signals, rows), start);
        for (int reread = 0; reread < MaxRereads && result.Repeated; reread++)
        {
            Clear(family, counts, signals, rows);
            result = ReadOnce(path, family, new ProcNetTcpTable(family, counts, signals, rows), start);
        }

        if (result.Failure != ReadFailure.None)
        {
            Clear(family, counts, signals, rows);
        }

        return result;
    }

    private static void Clear(SocketFamily family, ConnectionCounts counts, SocketSignals? signals, ISocketRows? rows)
    {
        counts.Clear(family);
        signals?.Clear(family);
        rows?.Clear(family);
    }

    private TableReadResult ReadOnce(ReadOnlySpan<byte> path, SocketFamily family, ProcNetTcpTable table, long start)
    {
        int descriptor = Libc.OpenFile(path);
        if (descriptor < 0)
        {
            return TableReadResult.Failed(Marshal.GetLastPInvokeError());
        }

        try
        {
            return ReadAll(descriptor, family, table, start);
        }
        finally
        {
            Libc.Close(descriptor);
        }
    }

    private TableReadResult ReadAll(int descriptor, SocketFamily family, ProcNetTcpTable table, long start)
    {
        _fullPages.Clear();
        int held = 0;
        while (true)
        {
            nint read = Libc.Read(descriptor, _buffer.AsSpan(held));
            if (read < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != Errno.EINTR)
                {
                    return TableReadResult.Failed(error);
                }

                if (IsOverdue(start))
                {
                    return new TableReadResult(ReadFailure.Timeout);
                }

                continue;
            }

            held += (int)read;
            int used = table.Feed(_buffer.AsSpan(0, held));
            if (read < ShortPage)
            {
                table.End(_buffer.AsSpan(used, held - used));
                if (table.WholeFault is var fault and not RowFault.None)
                {
                    return new TableReadResult(ReadFailure.MalformedRow, 0, table.MalformedRows, fault);
                }

                bool repeated = _fullPages.WasSeen(_buffer.AsSpan(0, used), family);
                return new TableReadResult(ReadFailure.None, 0, table.MalformedRows, table.FirstFault, repeated);
            }

            if (IsOverdue(start))
            {
                return new TableReadResult(ReadFailure.Timeout);
            }

            _fullPages.Add(_buffer.AsSpan(0, used), family);
            held = KeepRest(used, held, ref table);
        }
    }

    /// <summary>Moves the begun line to the front; gives up on one that leaves no room for a page.</summary>
    private int KeepRest(int used, int held, ref ProcNetTcpTable table)
    {
        int rest = held - used;
        if (_buffer.Length - rest < Environment.SystemPageSize)
        {
            table.DropOverlongLine();
            return 0;
        }

        _buffer.AsSpan(used, rest).CopyTo(_buffer);
        return rest;
    }

    private bool IsOverdue(long start) => time.GetElapsedTime(start) > _timeout;
}

/// <summary>How reading one table ended.</summary>
/// <param name="Failure"><see cref="ReadFailure.None"/> when it was read to its end.</param>
/// <param name="ErrorNumber">The errno behind it, or <see cref="Libc.NotRegular"/>; 0 where there is none.</param>
/// <param name="MalformedRows">Lines that were no rows; the others were counted.</param>
/// <param name="FirstFault">What was wrong with the first of them.</param>
/// <param name="Repeated">The kernel listed rows twice, and they were counted twice.</param>
internal readonly record struct TableReadResult(
    ReadFailure Failure,
    int ErrorNumber = 0,
    long MalformedRows = 0,
    RowFault FirstFault = RowFault.None,
    bool Repeated = false)
{
    /// <summary>What an errno means for a file of procfs.</summary>
    public static TableReadResult Failed(int error) => new(FileErrors.FailureOf(error), error);
}
