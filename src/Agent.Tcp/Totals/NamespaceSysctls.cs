namespace Agent.Tcp.Totals;

/// <summary>
/// Opens files of <c>/proc/sys/net</c> of a namespace. That directory shows each thread its own network namespace, whatever
/// proc root it is in, so those of another one are opened by a thread that enters it, which takes CAP_SYS_ADMIN and
/// CAP_SYS_PTRACE.
/// </summary>
internal static class NamespaceSysctls
{
    private const int StackSize = 256 * 1024;
    private const string Root = TcpInstrumentationOptions.DefaultProcRoot;
    private const string Self = "thread-self";

    private static readonly ProcPath Table = ProcPath.OfNet(Root, Self, "tcp");
    private static readonly ProcPath Home = ProcPath.OfNetns(Root, Self);

    /// <summary>A file of <c>/proc/sys/net/ipv4</c>.</summary>
    public static ProcPath OfIpv4(string file) => new($"{Root}/sys/net/ipv4/{file}");

    /// <summary>Whether it is this thread's own, which needs no other thread.</summary>
    public static bool IsOwn(TcpNamespace space) => space.Inode != 0 && Libc.Inode(Table.Bytes) == space.Inode;

    /// <summary>Opens two, to be closed by the caller; one that cannot be opened, or not surely in that namespace, is negative.</summary>
    public static (int First, int Second) Open(TcpNamespace space, ProcPath first, ProcPath second)
    {
        if (space.Inode == 0)
        {
            return (-1, -1);
        }

        return IsOwn(space)
            ? (Libc.OpenFile(first.Bytes), Libc.OpenFile(second.Bytes))
            : OpenForeign(space, first, second);
    }

    private static (int First, int Second) OpenForeign(TcpNamespace space, ProcPath first, ProcPath second)
    {
        int target = Libc.Open(ProcPath.OfNetns(space.ProcRoot, space.Process).Bytes);
        if (target < 0)
        {
            return (-1, -1);
        }

        (int First, int Second) opened = (-1, -1);
        try
        {
            // A thread of its own, which ends: see NamespaceLibc.
            var thread = new Thread(() => opened = Enter(target, space.Inode, first, second), StackSize) { IsBackground = true };
            thread.UnsafeStart();
            thread.Join();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The limit of threads is reached: not known this time.
        }
        finally
        {
            Libc.Close(target);
        }

        return opened;
    }

    private static (int First, int Second) Enter(int target, ulong expected, ProcPath first, ProcPath second)
    {
        int home = Libc.Open(Home.Bytes);
        _ = NamespaceLibc.TryOpen(target, home, expected, Table.Bytes, first.Bytes, second.Bytes, out int one, out int other);
        if (home >= 0)
        {
            Libc.Close(home);
        }

        return (one, other);
    }
}
