using Agent.Tcp.Interop;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Totals;

/// <summary>Reads the counters of a namespace. Allocates nothing. Not thread-safe.</summary>
internal sealed class CounterReader
{
    /// <summary>netstat is the longer one: about 5 KiB, and not four times that with every number at its widest.</summary>
    private const int BufferSize = 32 * 1024;

    private readonly SmallFile _file = new(BufferSize);
    private readonly long?[] _values = new long?[TcpCounters.Count];

    /// <summary>Reads both files. A counter that is in neither is not known; a file that cannot be read is an error.</summary>
    public void Read(TcpNamespace space, NamespaceCounters counters, List<ReadError> errors)
    {
        counters.Begin();
        Read(space.Snmp, "Tcp"u8, TcpCounters.OfSnmp, 0, counters, errors);
        Read(space.Netstat, "TcpExt"u8, TcpCounters.OfNetstat, TcpCounters.OfSnmp.Length, counters, errors);
    }

    private void Read(
        ProcPath path,
        ReadOnlySpan<byte> protocol,
        ReadOnlySpan<byte[]> columns,
        int first,
        NamespaceCounters counters,
        List<ReadError> errors)
    {
        ReadOnlySpan<byte> text = _file.Read(path, out int error);
        if (error != 0)
        {
            // A kernel that does not have the file has no such counters; where the process has gone, the tables say so.
            if (error is not (Errno.ENOENT or Errno.ESRCH or Errno.EINVAL))
            {
                errors.Add(FileErrors.Unreadable(path, error));
            }

            return;
        }

        Span<long?> values = _values.AsSpan(first, columns.Length);
        SnmpParser.Read(text, protocol, columns, values);
        for (int index = 0; index < values.Length; index++)
        {
            if (values[index] is { } value)
            {
                counters.Set((TcpCounter)(first + index), value);
            }
        }
    }
}
