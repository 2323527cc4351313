namespace Agent.Tcp.Totals;

/// <summary>Reads the counters of a namespace. Allocates nothing. Not thread-safe.</summary>
internal sealed class CounterReader
{
    /// <summary>netstat is the longer one: about 5 KiB, and not four times that with every number at its widest.</summary>
    private const int BufferSize = 32 * 1024;

    private readonly SmallFile _file = new(BufferSize);
    private readonly long?[] _values = new long?[TcpCounters.Count];

    /// <summary>
    /// Reads both files. A counter that is in neither is not known; a file that cannot be read is an error. <c>netstat</c>
    /// costs twice as much as <c>snmp</c>, which counts every segment: where that says that none came or went since it was
    /// last read, what <c>netstat</c> counts has not changed either, but for timeouts whose segment had no route.
    /// </summary>
    /// <param name="space">The namespace.</param>
    /// <param name="counters">Its counters.</param>
    /// <param name="errors">Where it is said what failed.</param>
    /// <param name="mustReadNetstat">Read it also where nothing came or went.</param>
    /// <returns>Whether <c>netstat</c> was read, too.</returns>
    public bool Read(TcpNamespace space, NamespaceCounters counters, List<ReadError> errors, bool mustReadNetstat = true)
    {
        bool isUnmoved = Read(space.Snmp, "Tcp"u8, TcpCounters.OfSnmp, 0, counters, errors);
        if (isUnmoved && !mustReadNetstat)
        {
            return false;
        }

        _ = Read(space.Netstat, "TcpExt"u8, TcpCounters.OfNetstat, TcpCounters.OfSnmp.Length, counters, errors);
        return true;
    }

    /// <summary>Reads one file.</summary>
    /// <returns>Whether it told every counter, and each is what it was before.</returns>
    private bool Read(
        ProcPath path,
        ReadOnlySpan<byte> protocol,
        ReadOnlySpan<byte[]> columns,
        int first,
        NamespaceCounters counters,
        List<ReadError> errors)
    {
        counters.Begin(first, columns.Length);
        ReadOnlySpan<byte> text = _file.Read(path, out int error);
        if (error != 0)
        {
            // A kernel that does not have the file has no such counters; where the process has gone, the tables say so.
            if (error is not (Errno.ENOENT or Errno.ESRCH or Errno.EINVAL))
            {
                errors.Add(FileErrors.Unreadable(path, error));
            }

            return false;
        }

        Span<long?> values = _values.AsSpan(first, columns.Length);
        SnmpParser.Read(text, protocol, columns, values);
        bool isUnmoved = true;
        for (int index = 0; index < values.Length; index++)
        {
            var counter = (TcpCounter)(first + index);
            isUnmoved &= values[index] is not null && values[index] == counters.Values[counter];
            if (values[index] is { } value)
            {
                counters.Set(counter, value);
            }
        }

        return isUnmoved;
    }
}

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
