namespace Agent.Tcp.Procfs;

/// <summary>The first field of a row that does not hold; the line is torn or foreign there.</summary>
internal enum RowFault : byte
{
    None = 0,
    Slot,
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
        _ => "the row is not one of /proc/net/tcp",
    };
}
