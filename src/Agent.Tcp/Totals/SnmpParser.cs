namespace Agent.Tcp.Totals;

/// <summary>
/// Finds counters in <c>/proc/PID/net/snmp</c> and <c>netstat</c> by their columns' names, as kernels have more or fewer.
/// Pure; never throws.
/// </summary>
/// <remarks>
/// A line of names and a line of values for each protocol (net/ipv4/proc.c, <c>snmp_seq_show</c>, <c>netstat_seq_show</c>):
/// <code>
/// Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails …
/// Tcp: 1 200 120000 -1 3102 866 71 …
/// </code>
/// Values are 64-bit (<c>%lu</c>, <c>%llu</c>) and never negative but for MaxConn.
/// </remarks>
internal static class SnmpParser
{
    /// <summary>Reads the wanted columns of one protocol.</summary>
    /// <param name="text">The file.</param>
    /// <param name="protocol">The protocol, without its colon.</param>
    /// <param name="columns">The columns wanted.</param>
    /// <param name="values">Their values; null where there is no such column, or it holds no number below 2^63.</param>
    public static void Read(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> protocol, ReadOnlySpan<byte[]> columns, Span<long?> values)
    {
        values.Clear();
        if (!TryLine(ref text, protocol, out ReadOnlySpan<byte> names) || !TryLine(ref text, protocol, out ReadOnlySpan<byte> numbers))
        {
            return;
        }

        var name = new FieldCursor(names);
        var number = new FieldCursor(numbers);
        while (name.TryNext(out ReadOnlySpan<byte> column) && number.TryNext(out ReadOnlySpan<byte> value))
        {
            for (int index = 0; index < columns.Length; index++)
            {
                if (column.SequenceEqual(columns[index]))
                {
                    bool isNumber = AsciiNumber.TryDecimal(value, out ulong parsed) && parsed <= long.MaxValue;
                    values[index] = isNumber ? (long)parsed : null;
                    break;
                }
            }
        }
    }

    /// <summary>Goes past the next line of the protocol, and gives what follows its colon.</summary>
    public static bool TryLine(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> protocol, out ReadOnlySpan<byte> line)
    {
        while (!text.IsEmpty)
        {
            int length = text.IndexOf((byte)'\n');
            line = length < 0 ? text : text[..length];
            text = length < 0 ? default : text[(length + 1)..];
            if (line.StartsWith(protocol) && line.Length > protocol.Length && line[protocol.Length] == (byte)':')
            {
                line = line[(protocol.Length + 1)..];
                return true;
            }
        }

        line = default;
        return false;
    }
}
