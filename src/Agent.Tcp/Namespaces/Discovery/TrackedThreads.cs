namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// Threads that are followed as if they were processes, because no process is in their network namespace. procfs has a
/// directory for each thread, <c>ROOT/TID</c>, which it does not list. Steady state allocates nothing.
/// </summary>
internal sealed class TrackedThreads
{
    /// <summary>Each costs two looks a refresh.</summary>
    public const int Most = 1024;

    private readonly List<(ListedProcess Thread, bool IsGuest)> _threads = [];
    private int _added;

    /// <summary>Whether some were added since the last call of <see cref="AppendTo"/>.</summary>
    public bool HasNew => _added > 0;

    public bool IsFull => _threads.Count >= Most;

    /// <summary>Whether this is a thread of this process's own that was sent into a namespace: <see cref="NamespaceGuest"/>.</summary>
    public bool IsGuest(int tid)
    {
        foreach ((ListedProcess thread, bool isGuest) in _threads)
        {
            if (thread.Pid == tid)
            {
                return isGuest;
            }
        }

        return false;
    }

    /// <summary>Follows a thread from now on.</summary>
    public void Add(ProcDirectory root, int tid, bool isGuest)
    {
        if (root.TryDirectory(tid, out ulong directory))
        {
            _threads.Add((new ListedProcess(tid, directory), isGuest));
            _added++;
        }
    }

    /// <summary>Adds to a listing of the processes those that still live.</summary>
    public void AppendTo(ProcessListing listing, ProcDirectory root)
    {
        for (int index = _threads.Count - 1; index >= 0; index--)
        {
            (ListedProcess thread, bool isGuest) = _threads[index];
            if (root.TryDirectory(thread.Pid, out ulong directory))
            {
                _threads[index] = (new ListedProcess(thread.Pid, directory), isGuest);
            }
            else
            {
                _threads.RemoveAt(index);
            }
        }

        AppendNewTo(listing, _threads.Count);
    }

    /// <summary>Adds those that were found after the others had been added.</summary>
    public void AppendNewTo(ProcessListing listing) => AppendNewTo(listing, _added);

    /// <summary>Drops a thread whose namespace is read through another one by now, or that is in none.</summary>
    public void Release(ReadOnlySpan<KnownProcess> processes)
    {
        for (int index = _threads.Count - 1; index >= 0; index--)
        {
            if (IsReleased(processes, _threads[index].Thread.Pid))
            {
                _threads.RemoveAt(index);
            }
        }
    }

    /// <summary>By binary search, as the known processes are in the order of their numbers.</summary>
    private static bool IsReleased(ReadOnlySpan<KnownProcess> processes, int tid)
    {
        int low = 0;
        int high = processes.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = processes[middle].Pid < tid ? (middle + 1, high) : (low, middle);
        }

        return low < processes.Length
            && processes[low] is var process
            && process.Pid == tid
            && (process.Space is { } space ? space.Members > 1 && !space.IsRepresentative(tid) : process.Look == ProcessLook.Ended);
    }

    private void AppendNewTo(ProcessListing listing, int count)
    {
        for (int index = _threads.Count - count; index < _threads.Count; index++)
        {
            listing.Add(_threads[index].Thread);
        }

        listing.Order();
        _added = 0;
    }
}
