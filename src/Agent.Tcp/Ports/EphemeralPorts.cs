namespace Agent.Tcp.Ports;

/// <summary>
/// The ports that the kernel gives to connections of a namespace which ask for none: <c>ip_local_port_range</c> without
/// <c>ip_local_reserved_ports</c>. Each can be used once for the same local address, remote address and remote port.
/// </summary>
internal sealed class EphemeralPorts
{
    private readonly byte[] _range;
    private readonly byte[] _reserved;

    /// <summary>Those of the range that are reserved; null where none is, so that most sockets take no look at it.</summary>
    private HashSet<ushort>? _gaps;
    private ushort _first;
    private ushort _last;

    private EphemeralPorts(ReadOnlySpan<byte> range, ReadOnlySpan<byte> reserved) =>
        (_range, _reserved) = (range.ToArray(), reserved.ToArray());

    /// <summary>The least of the range.</summary>
    public ushort First => _first;

    /// <summary>The greatest of the range.</summary>
    public ushort Last => _last;

    /// <summary>How many there are.</summary>
    public int Count => _last - _first + 1 - (_gaps?.Count ?? 0);

    public bool Contains(ushort port) => port >= _first && port <= _last && _gaps?.Contains(port) != true;

    /// <summary>Whether they were parsed from this text.</summary>
    public bool AreOf(ReadOnlySpan<byte> range, ReadOnlySpan<byte> reserved) =>
        range.SequenceEqual(_range) && reserved.SequenceEqual(_reserved);

    /// <summary>Reads both files' text.</summary>
    /// <param name="range"><c>32768 60999</c>, separated by a tab.</param>
    /// <param name="reserved"><c>8080,9148-9150</c>; a line end where there are none.</param>
    /// <returns>Null when either has another form.</returns>
    public static EphemeralPorts? Parse(ReadOnlySpan<byte> range, ReadOnlySpan<byte> reserved)
    {
        var ports = new EphemeralPorts(range, reserved);
        reserved = reserved.TrimEnd((byte)'\n');
        var fields = new FieldCursor(range.TrimEnd((byte)'\n'));
        if (!fields.TryNext(out ReadOnlySpan<byte> first)
            || !fields.TryNext(out ReadOnlySpan<byte> last)
            || !TryParse(first, last, out ports._first, out ports._last))
        {
            return null;
        }

        while (!reserved.IsEmpty)
        {
            int comma = reserved.IndexOf((byte)',');
            ReadOnlySpan<byte> part = comma < 0 ? reserved : reserved[..comma];
            reserved = comma < 0 ? default : reserved[(comma + 1)..];
            int dash = part.IndexOf((byte)'-');
            if (!TryParse(dash < 0 ? part : part[..dash], dash < 0 ? part : part[(dash + 1)..], out ushort from, out ushort to))
            {
                return null;
            }

            for (int port = Math.Max(from, ports._first); port <= Math.Min(to, ports._last); port++)
            {
                (ports._gaps ??= []).Add((ushort)port);
            }
        }

        return ports;
    }

    private static bool TryParse(ReadOnlySpan<byte> first, ReadOnlySpan<byte> last, out ushort from, out ushort to)
    {
        bool isNumber = AsciiNumber.TryDecimal(first, out ulong least) & AsciiNumber.TryDecimal(last, out ulong greatest);
        (from, to) = ((ushort)least, (ushort)greatest);
        return isNumber && greatest <= ushort.MaxValue && least <= greatest;
    }
}
