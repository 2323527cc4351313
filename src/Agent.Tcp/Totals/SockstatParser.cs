namespace Agent.Tcp.Totals;

/// <summary>
/// Finds numbers in <c>/proc/PID/net/sockstat</c> and <c>sockstat6</c> by their names, as kernels have more or fewer.
/// Pure; never throws.
/// </summary>
/// <remarks>
/// <c>net/ipv4/proc.c</c>, <c>sockstat_seq_show</c>; <c>net/ipv6/proc.c</c>, <c>sockstat6_seq_show</c>:
/// <code>
/// TCP: inuse 27 orphan 0 tw 1 alloc 30 mem 5
/// TCP6: inuse 4
/// </code>
/// </remarks>
internal static class SockstatParser
{
    /// <summary>The number after <paramref name="name"/> on the line that begins with <paramref name="protocol"/> and a colon.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> name, out long value)
    {
        value = 0;
        return SnmpParser.TryLine(ref text, protocol, out ReadOnlySpan<byte> line) && TryFindInLine(line, name, out value);
    }

    private static bool TryFindInLine(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out long value)
    {
        value = 0;
        var fields = new FieldCursor(line);
        while (fields.TryNext(out ReadOnlySpan<byte> key) && fields.TryNext(out ReadOnlySpan<byte> field))
        {
            if (key.SequenceEqual(name))
            {
                bool parsed = AsciiNumber.TryDecimal(field, out ulong number) && number <= long.MaxValue;
                value = parsed ? (long)number : 0;
                return parsed;
            }
        }

        return false;
    }
}
