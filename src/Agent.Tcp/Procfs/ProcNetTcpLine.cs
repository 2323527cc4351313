namespace Agent.Tcp.Procfs;

/// <summary>Lines of a table that are no rows, and what may stand after a row.</summary>
internal static class ProcNetTcpLine
{
    /// <summary>Takes away what copying adds at a line's end: a carriage return, padding, NUL bytes.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line.TrimEnd("\r \t\0"u8);

    public static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;

    /// <summary>The header begins with the column <c>sl</c>; no row does.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) =>
        new FieldCursor(line).TryNext(out ReadOnlySpan<byte> field) && field.SequenceEqual("sl"u8);
}
