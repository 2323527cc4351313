namespace Agent.Tcp.Ports;

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

    /// <summary>Whether it is this thread's own namespace: to read that costs little, and allocates nothing while nothing changes.</summary>
    public static bool IsOwn(TcpNamespace space) => space.Inode != 0 && Libc.Inode(Table.Bytes) == space.Inode;

    /// <summary>Null where they cannot be read.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="last">What was read before; returned again where nothing has changed.</param>
    public EphemeralPorts? Read(TcpNamespace space, EphemeralPorts? last = null) =>
        IsOwn(space) ? Read(Libc.OpenFile(Range.Bytes), Libc.OpenFile(Reserved.Bytes), last)
        : space.Inode != 0 ? ReadForeign(space, last)
        : null;

    private EphemeralPorts? ReadForeign(TcpNamespace space, EphemeralPorts? last)
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

        return Read(range, reserved, last);
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
    private EphemeralPorts? Read(int range, int reserved, EphemeralPorts? last)
    {
        bool areOpen = range >= 0 && reserved >= 0;
        Span<byte> ends = stackalloc byte[RangeSize];
        ReadOnlySpan<byte> text = _file.Read(range, out int error);
        bool isRead = areOpen && error == 0 && text.Length <= ends.Length && text.TryCopyTo(ends);
        int length = text.Length;
        text = _file.Read(reserved, out error);
        return !isRead || error != 0 ? null
            : last is not null && last.AreOf(ends[..length], text) ? last
            : EphemeralPorts.Parse(ends[..length], text);
    }
}
