using System.Collections;

namespace Agent.Tcp.Totals;

/// <summary>
/// The ports that the kernel gives to connections of a namespace which ask for none: <c>ip_local_port_range</c> without
/// <c>ip_local_reserved_ports</c>. Each can be used once for the same local address, remote address and remote port.
/// </summary>
internal sealed class EphemeralPorts
{
    private const int PortCount = ushort.MaxValue + 1;

    private readonly BitArray _ports = new(PortCount);

    private EphemeralPorts()
    {
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    public bool Contains(ushort port) => _ports[port];

    /// <summary>Reads both files' text.</summary>
    /// <param name="range"><c>32768 60999</c>, separated by a tab.</param>
    /// <param name="reserved"><c>8080,9148-9150</c>; a line end where there are none.</param>
    /// <returns>Null when either has another form.</returns>
    public static EphemeralPorts? Parse(ReadOnlySpan<byte> range, ReadOnlySpan<byte> reserved)
    {
        range = range.TrimEnd((byte)'\n');
        reserved = reserved.TrimEnd((byte)'\n');
        var fields = new FieldCursor(range);
        var ports = new EphemeralPorts();
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
            Count += Convert.ToInt32(isIn) - Convert.ToInt32(_ports[port]);
            _ports[port] = isIn;
        }

        return true;
    }
}
