namespace Agent.Tcp.Procfs;

/// <summary>What a line of a table is before its fields are looked at.</summary>
internal enum LineKind
{
    Row,
    Header,
    Blank,
    Faulty,
}

/// <summary>Lines of a table that are no rows, and what may stand after a row.</summary>
internal static class ProcNetTcpLine
{
    /// <summary>The header of <c>tcp_ipv4.c</c> and <c>tcp_ipv6.c</c>.</summary>
    public static ReadOnlySpan<byte> Columns =>
        "sl local_address rem_address remote_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode"u8;

    /// <summary>Takes away what copying adds at a line's end: a carriage return, padding, NUL bytes.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line.TrimEnd("\r \t\0"u8);

    /// <summary>Tells what a line is, and trims it. A row may still turn out to be none.</summary>
    public static LineKind Judge(ref ReadOnlySpan<byte> line, out RowFault fault)
    {
        bool hasText = line.IndexOfAnyExcept("\r \t"u8) >= 0;
        line = Trim(line);
        fault = RowFault.None;
        if (!new FieldCursor(line).TryNext(out ReadOnlySpan<byte> first))
        {
            fault = hasText ? RowFault.Nul : RowFault.None;
            return hasText ? LineKind.Faulty : LineKind.Blank;
        }

        // The header begins with the column sl; no row does.
        if (!first.SequenceEqual("sl"u8))
        {
            return LineKind.Row;
        }

        fault = line.Contains((byte)':') ? RowFault.TwoRows
            : HasUdpColumns(line) ? RowFault.OtherListing
            : RowFault.None;
        return fault == RowFault.None ? LineKind.Header : LineKind.Faulty;
    }

    /// <summary>The headers of udp and raw begin as that of tcp, and end in <c>inode ref pointer drops</c>.</summary>
    public static bool HasUdpColumns(ReadOnlySpan<byte> header) => header.IndexOf(" pointer "u8) >= 0 || header.EndsWith(" drops"u8);
}
