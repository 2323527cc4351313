namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// A thread of this process that stays in a network namespace that only a mount holds: through it the namespace has a
/// directory in procfs and is read like every other. It sleeps in the kernel, and ends when it is let go.
/// </summary>
internal sealed class NamespaceGuest : IDisposable
{
    /// <summary>The thread makes a few system calls, but the first time they are compiled on it.</summary>
    private const int StackSize = 256 * 1024;

    private readonly EventDescriptor _entered = new();
    private readonly EventDescriptor _leave = new();
    private Thread? _thread;

    /// <summary>The thread's number under the proc root.</summary>
    public int Tid { get; private set; }

    /// <summary>The error number when it could not enter; 0 when it is inside.</summary>
    public int Error { get; private set; }

    /// <summary>Sends a thread into the namespace of an open descriptor and waits until it is inside, or cannot be.</summary>
    public static NamespaceGuest Send(string procRoot, int target)
    {
        var guest = new NamespaceGuest();
        if (guest._entered.Descriptor < 0 || guest._leave.Descriptor < 0)
        {
            // The limit of open files is reached. Without them the thread could not sleep.
            guest.Error = Errno.EAGAIN;
            return guest;
        }

        try
        {
            guest._thread = new Thread(() => guest.Stay(procRoot, target), StackSize) { IsBackground = true, Name = "tcp namespace guest" };
            guest._thread.UnsafeStart();
            guest._entered.Wait();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The limit of threads (of a cgroup, say) is reached.
            guest._thread = null;
            guest.Error = Errno.EAGAIN;
        }

        return guest;
    }

    /// <summary>Ends the thread, and with it the hold on the namespace.</summary>
    public void Dispose()
    {
        _leave.Signal();
        _thread?.Join();
        _entered.Dispose();
        _leave.Dispose();
    }

    private void Stay(string procRoot, int target)
    {
        // PID/task/TID, by the numbers of that procfs, which may be another PID namespace's.
        string? self = new FileInfo($"{procRoot.TrimEnd('/')}/thread-self").LinkTarget;
        int home = Libc.Open(ProcPath.OfNetns(TcpInstrumentationOptions.DefaultProcRoot, "thread-self").Bytes);
        if (self is null
            || home < 0
            || !int.TryParse(self.AsSpan(self.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int tid))
        {
            Error = Errno.ENOSYS;
        }
        else
        {
            Tid = tid;
            Error = NamespaceLibc.Stay(target, home, _entered.Descriptor, _leave.Descriptor);
        }

        if (home >= 0)
        {
            Libc.Close(home);
        }

        // When it was inside it said so itself.
        if (Error != 0)
        {
            _entered.Signal();
        }
    }
}
