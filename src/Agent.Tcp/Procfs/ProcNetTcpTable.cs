namespace Agent.Tcp.Procfs;

/// <summary>
/// Counts the rows of one table out of the pieces it is read in. Pure: it is handed bytes and asks for nothing.
/// A line that is no row is counted as malformed and costs only itself.
/// </summary>
internal struct ProcNetTcpTable(
    SocketFamily family, ConnectionCounts counts, SocketSignals? signals = null, ISocketRows? rows = null)
{
    private readonly long _before = counts.TotalOf(family);
    private bool _skippingLine;
    private bool _hasHeader;

    /// <summary>Lines that were neither a row of this family nor a header nor blank.</summary>
    public long MalformedRows { get; private set; }

    /// <summary>What was wrong with the first of them.</summary>
    public RowFault FirstFault { get; private set; }

    /// <summary>
    /// Why this is no table of tcp at all: the kernel prints the header also where there is no socket, so a file with neither
    /// header nor row is none, and one with another header is another's. <see cref="RowFault.None"/> when it is one.
    /// </summary>
    public readonly RowFault WholeFault =>
        FirstFault == RowFault.OtherListing ? RowFault.OtherListing
        : _hasHeader || counts.TotalOf(family) != _before ? RowFault.None
        : FirstFault == RowFault.None ? RowFault.NoTable
        : FirstFault;

    /// <summary>Counts every whole line of the piece.</summary>
    /// <returns>How many bytes were used; the rest is the begin of a line and belongs before the next piece.</returns>
    public int Feed(ReadOnlySpan<byte> piece)
    {
        int used = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = piece[used..];
            int length = rest.IndexOf((byte)'\n');
            if (length < 0)
            {
                return used;
            }

            Line(rest[..length]);
            used += length + 1;
        }
    }

    /// <summary>The buffer is full and holds no line end: no kernel prints such a row. The rest of it is skipped.</summary>
    public void DropOverlongLine()
    {
        if (!_skippingLine)
        {
            Malformed(RowFault.Length);
        }

        _skippingLine = true;
    }

    /// <summary>The table's end, with what may be a last line without a line end.</summary>
    public void End(ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty)
        {
            Line(rest);
        }

        _skippingLine = false;
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        if (_skippingLine)
        {
            _skippingLine = false;
            return;
        }

        if (ProcNetTcpShape.TryClassify(line, family, out int code, out TcpSocketKind kind, out ReadOnlySpan<byte> body))
        {
            counts.Add(kind, code);
            if (signals is not null)
            {
                ProcNetTcpSignals.Add(body, family, code, signals);
            }

            if (rows is not null && rows.Wants(TcpStates.FromCode(code), ProcNetTcpShape.LocalPortOf(body, family)))
            {
                rows.Add(ProcNetTcpShape.RowOf(body, family, code));
            }
        }
        else
        {
            WholeLine(line);
        }
    }

    /// <summary>A line of another shape.</summary>
    private void WholeLine(ReadOnlySpan<byte> line)
    {
        LineKind kind = ProcNetTcpLine.Judge(ref line, out RowFault fault);
        if (kind is LineKind.Blank or LineKind.Header)
        {
            _hasHeader |= kind == LineKind.Header;
            return;
        }

        ProcNetTcpRow row = default;
        if (fault == RowFault.None)
        {
            fault = ProcNetTcpRow.TryParse(line, out row);
            fault = fault == RowFault.None && row.Family != family ? RowFault.LocalAddress : fault;
        }

        if (fault == RowFault.None)
        {
            counts.Add(row.Kind, row.Code);
            if (signals is not null)
            {
                ProcNetTcpSignals.Add(in row, signals);
            }

            rows?.Add(row.ToRow());
        }
        else
        {
            Malformed(fault);
        }
    }

    private void Malformed(RowFault fault)
    {
        if (MalformedRows++ == 0)
        {
            FirstFault = fault;
        }
    }
}
