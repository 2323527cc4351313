using Agent.Tcp.SockDiag.Dumps;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>
/// Enters by <c>setns</c>, which asks for CAP_SYS_ADMIN, and for CAP_SYS_PTRACE to open another process's
/// <c>ns/net</c>. A thread does it that is made for it and ends: none that does other work is ever elsewhere.
/// </summary>
internal sealed class NamespaceEntrance(string procRoot) : INamespaceEntrance
{
    /// <summary>The thread makes a few system calls, but the first time they are compiled on it.</summary>
    private const int StackSize = 1024 * 1024;

    private const string Self = "thread-self";

    private readonly string[] _procRoots = [TcpInstrumentationOptions.DefaultProcRoot, procRoot];

    public EntranceResult Enter(TcpNamespace space)
    {
        int target = Libc.Open(FileOf(space).Bytes);
        if (target < 0)
        {
            return new EntranceResult(EntranceFault.NotOpened, Marshal.GetLastPInvokeError());
        }

        try
        {
            return EnterOnAThread(target, space.Inode);
        }
        finally
        {
            // A descriptor of a namespace keeps it from ending, as a socket does.
            Libc.Close(target);
        }
    }

    /// <summary><c>ROOT/PID/ns/net</c>.</summary>
    public static ProcPath FileOf(TcpNamespace space) => ProcPath.OfNetns(space.ProcRoot, space.Process);

    private EntranceResult EnterOnAThread(int target, ulong expected)
    {
        EntranceResult result = default;
        try
        {
            var thread = new Thread(() => result = Visit(target, expected), StackSize)
            {
                IsBackground = true,
                Name = "tcp namespace",
            };
            thread.UnsafeStart();
            thread.Join();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // What .NET makes of EAGAIN: the limit of threads (of a cgroup, say) is reached.
            result = new EntranceResult(EntranceFault.NoThread, Errno.EAGAIN);
        }

        return result;
    }

    private EntranceResult Visit(int target, ulong expected)
    {
        foreach (string root in _procRoots)
        {
            ProcPath table = ProcPath.OfNet(root, Self, "tcp");
            if (Libc.Inode(table.Bytes) != 0)
            {
                return Visit(target, expected, root, table);
            }
        }

        return new EntranceResult(EntranceFault.NotVerified);
    }

    private static EntranceResult Visit(int target, ulong expected, string root, ProcPath table)
    {
        ProcPath table6 = ProcPath.OfNet(root, Self, "tcp6");

        // The way back. Should it be barred, the thread ends where it is.
        int home = Libc.Open(ProcPath.OfNetns(root, Self).Bytes);
        NamespaceVisit visit = NamespaceLibc.Visit(target, home, expected, table.Bytes, table6.Bytes);
        if (home >= 0)
        {
            Libc.Close(home);
        }

        if (!visit.Entered)
        {
            return new EntranceResult(EntranceFault.NotEntered, visit.ErrorNumber);
        }

        return visit.Inode != expected
            ? new EntranceResult(EntranceFault.OtherNamespace)
            : Take(visit);
    }

    private static EntranceResult Take(NamespaceVisit visit)
    {
        if (visit.Descriptor < 0)
        {
            return new EntranceResult(EntranceFault.NoSocket, visit.ErrorNumber);
        }

        var socket = new NetlinkTransport();
        int bound = socket.Adopt(visit.Descriptor);
        return bound < 0
            ? new EntranceResult(EntranceFault.NoSocket, -bound)
            : new EntranceResult(EntranceFault.None, 0, socket, visit.HasInet6);
    }
}

/// <summary>Opens netlink sockets inside other network namespaces.</summary>
internal interface INamespaceEntrance
{
    /// <summary>Opens one, through the process that stands for the namespace. Never throws for what the kernel answers.</summary>
    EntranceResult Enter(TcpNamespace space);
}
