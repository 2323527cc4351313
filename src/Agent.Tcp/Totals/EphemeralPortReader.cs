using System.Collections;

namespace Agent.Tcp.Totals;

/// <summary>
/// Reads the ephemeral ports of a namespace. <c>/proc/sys/net</c> shows each thread its own network namespace, whatever proc
/// root it is in, so those of another one are opened by a thread that enters it, which takes CAP_SYS_ADMIN and
/// CAP_SYS_PTRACE. Where that is refused they are not known. Not thread-safe.
/// </summary>
internal sealed class EphemeralPortReader
{
    /// <summary>Enough for every second port of the range, in the form <c>10001,10003,…</c>.</summary>
    private const int BufferSize = 256 * 1024;

    private const int RangeSize = 64;
    private const int StackSize = 256 * 1024;
    private const string Root = TcpInstrumentationOptions.DefaultProcRoot;
    private const string Self = "thread-self";

    private static readonly ProcPath Table = ProcPath.OfNet(Root, Self, "tcp");
    private static readonly ProcPath Home = ProcPath.OfNetns(Root, Self);
    private static readonly ProcPath Range = new($"{Root}/sys/net/ipv4/ip_local_port_range");
    private static readonly ProcPath Reserved = new($"{Root}/sys/net/ipv4/ip_local_reserved_ports");

    private readonly SmallFile _file = new(BufferSize);

    /// <summary>Null where they cannot be read.</summary>
    public EphemeralPorts? Read(TcpNamespace space)
    {
        if (space.Inode == 0)
        {
            return null;
        }

        return Libc.Inode(Table.Bytes) == space.Inode
            ? Read(Libc.OpenFile(Range.Bytes), Libc.OpenFile(Reserved.Bytes))
            : ReadForeign(space);
    }

    private EphemeralPorts? ReadForeign(TcpNamespace space)
    {
        int target = Libc.Open(ProcPath.OfNetns(space.ProcRoot, space.Process).Bytes);
        if (target < 0)
        {
            return null;
        }

        int range = -1;
        int reserved = -1;
        try
        {
            // A thread of its own, which ends: see NamespaceLibc.
            var thread = new Thread(() => Open(target, space.Inode, out range, out reserved), StackSize) { IsBackground = true };
            thread.UnsafeStart();
            thread.Join();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The limit of threads is reached: not known this time.
            return null;
        }
        finally
        {
            Libc.Close(target);
        }

        return Read(range, reserved);
    }

    private static void Open(int target, ulong expected, out int range, out int reserved)
    {
        int home = Libc.Open(Home.Bytes);
        _ = NamespaceLibc.TryOpen(target, home, expected, Table.Bytes, Range.Bytes, Reserved.Bytes, out range, out reserved);
        if (home >= 0)
        {
            Libc.Close(home);
        }
    }

    /// <summary>Reads both and closes them; one that is not open is negative.</summary>
    private EphemeralPorts? Read(int range, int reserved)
    {
        bool areOpen = range >= 0 && reserved >= 0;
        Span<byte> ends = stackalloc byte[RangeSize];
        ReadOnlySpan<byte> text = _file.Read(range, out int error);
        bool isRead = areOpen && error == 0 && text.Length <= ends.Length && text.TryCopyTo(ends);
        int length = text.Length;
        text = _file.Read(reserved, out error);
        return isRead && error == 0 ? EphemeralPorts.Parse(ends[..length], text) : null;
    }
}

/// <summary>
/// The ports that the kernel gives to connections of a namespace which ask for none: <c>ip_local_port_range</c> without
/// <c>ip_local_reserved_ports</c>. Each can be used once for the same local address, remote address and remote port.
/// </summary>
internal sealed class EphemeralPorts
{
    private const int PortCount = ushort.MaxValue + 1;

    private readonly BitArray _ports = new(PortCount);

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
