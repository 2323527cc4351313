namespace Agent.Tcp.Ports;

/// <summary>
/// The ports that the kernel gives to connections of a namespace which ask for none: <c>ip_local_port_range</c> without
/// <c>ip_local_reserved_ports</c>. Each can be used once for the same local address, remote address and remote port.
/// </summary>
internal sealed class EphemeralPorts
{
    private const int PortCount = ushort.MaxValue + 1;
    private const int Bits = 64;

    private readonly ulong[] _ports = new ulong[PortCount / Bits];
    private readonly byte[] _range;
    private readonly byte[] _reserved;

    private EphemeralPorts(ReadOnlySpan<byte> range, ReadOnlySpan<byte> reserved) =>
        (_range, _reserved) = (range.ToArray(), reserved.ToArray());

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public bool Contains(ushort port) => (_ports[port / Bits] & (1UL << (port % Bits))) != 0;

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
            || !ports.TrySet(first, last, isIn: true))
        {
            return null;
        }

        while (!reserved.IsEmpty)
        {
            int comma = reserved.IndexOf((byte)',');
            ReadOnlySpan<byte> part = comma < 0 ? reserved : reserved[..comma];
            reserved = comma < 0 ? default : reserved[(comma + 1)..];
            int dash = part.IndexOf((byte)'-');
            if (!ports.TrySet(dash < 0 ? part : part[..dash], dash < 0 ? part : part[(dash + 1)..], isIn: false))
            {
                return null;
            }
        }

        return ports;
    }

    private bool TrySet(ReadOnlySpan<byte> first, ReadOnlySpan<byte> last, bool isIn)
    {
        if (!AsciiNumber.TryDecimal(first, out ulong from) || !AsciiNumber.TryDecimal(last, out ulong to) || to >= PortCount || from > to)
        {
            return false;
        }

        for (int port = (int)from; port <= (int)to; port++)
        {
            Count += Convert.ToInt32(isIn) - Convert.ToInt32(Contains((ushort)port));
            ulong bit = 1UL << (port % Bits);
            _ports[port / Bits] = isIn ? _ports[port / Bits] | bit : _ports[port / Bits] & ~bit;
        }

        return true;
    }
}
