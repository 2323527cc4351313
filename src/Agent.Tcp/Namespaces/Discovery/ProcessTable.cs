namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>The known processes, by PID. A new listing is merged in: two sorted runs, no hashing, no allocation.</summary>
internal sealed class ProcessTable
{
    private KnownProcess[] _current = [];
    private KnownProcess[] _previous = [];
    private int _count;

    public Span<KnownProcess> Processes => _current.AsSpan(0, _count);

    /// <summary>Forgets who has gone, adds who is new, and marks as doubtful whose directory has another number.</summary>
    public void Update(ReadOnlySpan<ListedProcess> listed)
    {
        (_current, _previous) = (_previous, _current);
        int previousCount = _count;
        if (_current.Length < listed.Length)
        {
            _current = new KnownProcess[Math.Max(listed.Length, 2 * _current.Length)];
        }

        int old = 0;
        _count = 0;
        foreach (ListedProcess process in listed)
        {
            while (old < previousCount && _previous[old].Pid < process.Pid)
            {
                old++;
            }

            ref KnownProcess known = ref _current[_count++];
            if (old < previousCount && _previous[old].Pid == process.Pid)
            {
                known = _previous[old++];
                known.IsDoubtful = known.Directory != process.Directory;
                known.Directory = process.Directory;
            }
            else
            {
                known = new KnownProcess { Pid = process.Pid, Directory = process.Directory };
            }
        }

        // Nothing may keep a namespace that has gone in memory.
        Array.Clear(_previous, 0, previousCount);
        Array.Clear(_current, _count, _current.Length - _count);
    }
}

/// <summary>What is remembered of a process from one refresh to the next.</summary>
internal struct KnownProcess
{
    public int Pid;

    /// <summary><see cref="ListedProcess.Directory"/>.</summary>
    public ulong Directory;

    /// <summary>The namespace it was last seen in.</summary>
    public NamespaceEntry? Space;

    public ProcessLook Look;

    /// <summary>Its directory got another number: another process, or the same one after an eviction.</summary>
    public bool IsDoubtful;

    /// <summary>Seen for the first time at the last refresh: one that was about to enter a namespace has done so by now.</summary>
    public bool IsYoung;

    /// <summary>Its threads are to be looked at: <see cref="ThreadScan"/>.</summary>
    public bool AreThreadsDue;

    /// <summary>Its cgroup has been read.</summary>
    public bool IsExamined;
}

/// <summary>A process as the listing of the proc root shows it.</summary>
/// <param name="Pid">Its number, which the kernel gives again to another process when it has gone.</param>
/// <param name="Directory">
/// <c>d_ino</c> of its directory. The kernel numbers the directory anew for each process (fs/proc/base.c,
/// <c>proc_pid_make_inode</c>) and throws the old one away when the process is reaped (<c>proc_flush_pid</c>): the
/// same number is the same process, another one is another process or a directory that memory pressure evicted.
/// </param>
internal readonly record struct ListedProcess(int Pid, ulong Directory);

/// <summary>What a look at a process told about its network namespace. None of these is an error.</summary>
internal enum ProcessLook : byte
{
    /// <summary>Not looked at yet.</summary>
    None = 0,

    /// <summary>It is in a namespace.</summary>
    Found = 1,

    /// <summary>It has no network namespace any more: it has ended, or is a zombie.</summary>
    Ended = 2,

    /// <summary>It may not be read: procfs is mounted with hidepid.</summary>
    Denied = 3,

    /// <summary>The kernel could not answer; it is asked again.</summary>
    Failed = 4,
}
