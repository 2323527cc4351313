namespace Agent.Tcp.Procfs;

/// <summary>
/// Tells that the kernel began a table again while it was read. That happens when the table's last page happened to be
/// full, so that it looked like any other, and the table had grown by the time of the next read: the kernel then walks
/// from the start to the old number of rows and lists what comes after, rows that it has listed before. The table thus
/// ends twice, and the row that ended a full page stands among the last ones again.
/// </summary>
/// <remarks>
/// Remembers one number a full page and the last rows of the latest, so it costs nothing a row. The rows that came twice may
/// end in a full page, too: then what is read last is empty, or new rows only, and the page before it tells. A row is known by its addresses and ports, which no two
/// sockets share but listeners; those are left out. Sees a repetition of up to <see cref="Capacity"/> pages.
/// </remarks>
internal sealed class FullPageEnds
{
    private const int Capacity = 4096;

    /// <summary>New sockets may stand behind the one that was last.</summary>
    private const int LastRows = 8;

    private readonly int[] _ends = new int[Capacity];
    private readonly byte[] _tail = new byte[LastRows * ProcNetTcpReader.WidestRow];
    private int _count;
    private int _tailLength;

    public void Clear() => (_count, _tailLength) = (0, 0);

    /// <summary>A page that may not be the last, as whole lines.</summary>
    public void Add(ReadOnlySpan<byte> lines, SocketFamily family)
    {
        AddEndOfTail(family);
        ReadOnlySpan<byte> tail = lines[^Math.Min(lines.Length, _tail.Length)..];
        tail.CopyTo(_tail);
        _tailLength = tail.Length;
    }

    /// <summary>Whether one of the table's last rows has ended a full page before.</summary>
    /// <param name="lines">What was read last, as whole lines.</param>
    /// <param name="family">Which table it is.</param>
    public bool WasSeen(ReadOnlySpan<byte> lines, SocketFamily family)
    {
        int rows = Math.Min(lines.Count((byte)'\n'), LastRows);

        // Before the latest page's own end is among the others.
        bool isInTail = Holds(_tail.AsSpan(0, _tailLength), LastRows - rows, family);
        AddEndOfTail(family);
        return isInTail || Holds(lines, rows, family);
    }

    /// <summary>Whether one of the last rows is among the ends.</summary>
    private bool Holds(ReadOnlySpan<byte> lines, int rows, SocketFamily family)
    {
        ReadOnlySpan<int> ends = _ends.AsSpan(0, Math.Min(_count, Capacity));
        for (int row = 0; row < rows && !lines.IsEmpty; row++)
        {
            TakeLast(ref lines, out ReadOnlySpan<byte> line);
            if (TryKey(line, family, out int key) && ends.Contains(key))
            {
                return true;
            }
        }

        return false;
    }

    private void AddEndOfTail(SocketFamily family)
    {
        ReadOnlySpan<byte> lines = _tail.AsSpan(0, _tailLength);
        TakeLast(ref lines, out ReadOnlySpan<byte> line);
        if (TryKey(line, family, out int key))
        {
            _ends[_count++ % Capacity] = key;
        }

        _tailLength = 0;
    }

    private static void TakeLast(ref ReadOnlySpan<byte> lines, out ReadOnlySpan<byte> line)
    {
        lines = lines.TrimEnd((byte)'\n');
        int before = lines.LastIndexOf((byte)'\n');
        line = lines[(before + 1)..];
        lines = lines[..(before + 1)];
    }

    /// <summary>The two addresses of a row; false for the header, a listener, and whatever is no row.</summary>
    private static bool TryKey(ReadOnlySpan<byte> line, SocketFamily family, out int key)
    {
        // "  12: 0100007F:08A0 0100007F:E753 01 ...": a blank, address, colon and port, twice, then the state.
        int digits = family == SocketFamily.Inet ? ProcNetTcpRow.Ipv4Digits : ProcNetTcpRow.Ipv6Digits;
        int length = 2 * (1 + digits + 1 + 4);
        key = 0;
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> addresses = line[(colon + 1)..];
        if (colon < 0 || addresses.Length < length + 3 || addresses.Slice(length, 3).SequenceEqual(" 0A"u8))
        {
            return false;
        }

        var hash = default(HashCode);
        hash.AddBytes(addresses[..length]);
        key = hash.ToHashCode();
        return true;
    }
}
