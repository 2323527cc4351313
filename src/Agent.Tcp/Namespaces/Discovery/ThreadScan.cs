namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// Looks for threads in network namespaces that no process is in: one that a thread made for itself (<c>unshare</c>,
/// <c>setns</c>), and those of a process whose main thread has ended, which has no network namespace any more.
/// </summary>
/// <remarks>
/// A process's threads are looked at when it is new and whenever its turn comes, so that a refresh costs one
/// <c>statx</c> more for each process that it looks at and one for each thread of those that have several.
/// </remarks>
internal sealed class ThreadScan(ProcDirectory root, NamespaceTable namespaces, TrackedThreads tracked)
{
    /// <summary>How many threads are looked at in one refresh; the rest waits for the next.</summary>
    public const int MostLooks = 16 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);
    private readonly HashSet<ulong> _found = [];

    /// <summary>Looks at the threads of the processes whose turn it is.</summary>
    public void Run(Span<KnownProcess> processes)
    {
        _found.Clear();
        int left = MostLooks;
        foreach (ref KnownProcess process in processes)
        {
            if (process.AreThreadsDue && left > 0)
            {
                process.AreThreadsDue = false;
                if (root.Threads(process.Pid) > 1)
                {
                    Look(process.Pid, ref left);
                }
            }
        }
    }

    private void Look(int pid, ref int left)
    {
        int directory = root.OpenThreads(pid);
        if (directory < 0)
        {
            return;
        }

        var entries = new DirectoryEntries(directory, _buffer);
        while (entries.TryNext(out ReadOnlySpan<byte> name, out _))
        {
            if (left > 0 && AsciiNumber.TryDecimal(name, out ulong tid) && tid <= int.MaxValue && (int)tid != pid)
            {
                left--;
                LookAt((int)tid);
            }
        }

        Libc.Close(directory);
    }

    private void LookAt(int tid)
    {
        if (root.Look(tid, out ulong inode) == ProcessLook.Found
            && !namespaces.HasMembers(inode)
            && !tracked.IsFull
            && _found.Add(inode))
        {
            tracked.Add(root, tid, isGuest: false);
        }
    }
}
