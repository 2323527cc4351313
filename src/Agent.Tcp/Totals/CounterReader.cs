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
