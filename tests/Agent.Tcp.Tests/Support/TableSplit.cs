using Agent.Tcp.Procfs;

namespace Agent.Tcp.Tests.Support;

/// <summary>How a table's text reaches the parser.</summary>
public enum TableSplit
{
    Whole,
    ByteByByte,
    RandomPieces,
}

internal sealed record TableResult(ConnectionCounts Counts, long Malformed, RowFault FirstFault);

internal static class TableSplits
{
    /// <summary>Feeds a table as <see cref="ProcNetTcpReader"/> does: what was not used comes again before the next piece.</summary>
    public static TableResult Parse(byte[] text, SocketFamily family, TableSplit split, int seed = 1)
    {
        var counts = new ConnectionCounts();
        var table = new ProcNetTcpTable(family, counts);
        var random = new Random(seed);
        byte[] buffer = new byte[text.Length];
        int held = 0;
        for (int read = 0; read < text.Length;)
        {
            int piece = Math.Min(text.Length - read, split switch
            {
                TableSplit.Whole => text.Length,
                TableSplit.ByteByByte => 1,
                _ => random.Next(1, 200),
            });
            text.AsSpan(read, piece).CopyTo(buffer.AsSpan(held));
            read += piece;
            held += piece;
            int used = table.Feed(buffer.AsSpan(0, held));
            buffer.AsSpan(used, held - used).CopyTo(buffer);
            held -= used;
        }

        table.End(buffer.AsSpan(0, held));
        return new TableResult(counts, table.MalformedRows, table.FirstFault);
    }
}
