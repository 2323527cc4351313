namespace Agent.Tcp.Procfs;

/// <summary>The first field of a row that does not hold, in the columns' order; the line is torn or foreign there.</summary>
internal enum RowFault : byte
{
    None = 0,
    Slot = 1,
    LocalAddress,
    RemoteAddress,
    State,
    Queues,
    Timer,
    Retransmits,
    Uid,
    Timeout,
    Inode,

    /// <summary>No line end within a buffer: longer than any kernel's row.</summary>
    Length,

    /// <summary>Another row, or the begin of one, on the same line.</summary>
    TwoRows,

    /// <summary>Nothing but NUL bytes.</summary>
    Nul,

    /// <summary>The header of a listing that is not tcp's.</summary>
    OtherListing,

    /// <summary>Of the whole file: neither a header nor a row.</summary>
    NoTable,
}

internal static class RowFaults
{
    /// <summary>The fault in words, with the column's name as the kernel's header has it.</summary>
    public static string Describe(this RowFault fault) => fault switch
    {
        RowFault.None => "the row is whole",
        RowFault.Slot => "column sl: expected a number and a colon, such as \"0:\"",
        RowFault.LocalAddress => "column local_address: expected 8 or 32 hexadecimal digits, a colon and a port of 4",
        RowFault.RemoteAddress => "column rem_address: expected an address and a port as wide as the local one",
        RowFault.State => "column st: expected 2 hexadecimal digits",
        RowFault.Queues => "column tx_queue:rx_queue: expected two hexadecimal numbers",
        RowFault.Timer => "column tr:tm->when: expected two hexadecimal numbers",
        RowFault.Retransmits => "column retrnsmt: expected a hexadecimal number",
        RowFault.Uid => "column uid: expected a number",
        RowFault.Timeout => "column timeout: expected a number",
        RowFault.Inode => "column inode: expected a number; the row is cut short",
        RowFault.Length => "the line is longer than any row; the file may be no table at all",
        RowFault.TwoRows => "more than one row on the line; line ends were lost",
        RowFault.Nul => "the line is of NUL bytes, as a file that was not written to its end has them",
        RowFault.OtherListing => "the header is that of /proc/net/udp or raw (columns ref, pointer and drops), not of tcp",
        RowFault.NoTable => "the file has neither a header nor a row; a table without sockets still has its header",
        _ => "the row is not one of /proc/net/tcp",
    };
}
