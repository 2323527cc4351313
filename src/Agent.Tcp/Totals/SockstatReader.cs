namespace Agent.Tcp.Totals;

/// <summary>Reads the totals of a namespace, and those of the node beside them. Allocates nothing. Not thread-safe.</summary>
/// <param name="memoryUnit">The <see cref="MemoryUnit"/>; null where it is not known, or the node's memory is not wanted.</param>
internal sealed class SockstatReader(long? memoryUnit = null)
{
    /// <summary>Both files have a few lines of a few dozen characters.</summary>
    private const int BufferSize = 4096;

    private readonly SmallFile _file = new(BufferSize);

    /// <summary>Reads the node's totals through one namespace.</summary>
    public NodeTotals ReadNode(TcpNamespace space) => NodeOf(_file.Read(space.Sockstat, out _));

    /// <summary>False when they cannot be told; then the tables must be read.</summary>
    public bool TryRead(TcpNamespace space, out SocketTotals totals) => TryRead(space, out totals, out _);

    /// <inheritdoc cref="TryRead(TcpNamespace, out SocketTotals)"/>
    public bool TryRead(TcpNamespace space, out SocketTotals totals, out NodeTotals node)
    {
        totals = default;
        ReadOnlySpan<byte> text = _file.Read(space.Sockstat, out _);
        node = NodeOf(text);
        if (!SockstatParser.TryFind(text, "TCP"u8, "inuse"u8, out long inet)
            || !SockstatParser.TryFind(text, "TCP"u8, "tw"u8, out long timeWait))
        {
            return false;
        }

        ReadOnlySpan<byte> text6 = _file.Read(space.Sockstat6, out int error);
        if (SockstatParser.TryFind(text6, "TCP6"u8, "inuse"u8, out long inet6))
        {
            totals = new SocketTotals(inet, timeWait, inet6);
            return true;
        }

        // A kernel without IPv6 has no such file; a process that has just ended has none either.
        totals = new SocketTotals(inet, timeWait, null);
        return error == Errno.ENOENT && Libc.Inode(space.Sockstat.Bytes) != 0;
    }

    private NodeTotals NodeOf(ReadOnlySpan<byte> text) => new(
        SockstatParser.TryFind(text, "TCP"u8, "orphan"u8, out long orphans) ? orphans : null,
        SockstatParser.TryFind(text, "TCP"u8, "mem"u8, out long units) ? units * memoryUnit : null);
}

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
        _ = SnmpParser.TryLine(ref text, protocol, out ReadOnlySpan<byte> line);
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
