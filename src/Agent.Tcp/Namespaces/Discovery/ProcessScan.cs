namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>Keeps in mind which process is in which namespace. See <see cref="NamespaceDiscovery"/> for what is looked at when.</summary>
internal sealed class ProcessScan(
    ProcDirectory root, NamespaceTable namespaces, TrackedThreads tracked, Action<NamespaceEntry> removed)
{
    /// <summary>The part of the known processes that each refresh looks at again, and the least number.</summary>
    public const int RotationShare = 32;
    public const int RotationLeast = 64;

    private const int HostProcess = 1;

    private readonly ProcessListing _listing = new();
    private readonly ProcessTable _table = new();
    private readonly ThreadScan _threads = new(root, namespaces, tracked);
    private int _rotateFrom;

    public Span<KnownProcess> Processes => _table.Processes;

    /// <summary>Lists the processes and looks at those that need it: 0, or the error number of the listing.</summary>
    public int Run()
    {
        int error = _listing.Read(root.Descriptor);
        if (error != 0)
        {
            return error;
        }

        tracked.AppendTo(_listing, root);
        _table.Update(_listing.Processes);
        CountSurvivors();

        // Before anybody is looked at: a newcomer with the number of a namespace that died must not revive it.
        namespaces.RemoveEmpty(removed);
        LookAtProcesses();
        _threads.Run(_table.Processes);
        LookAtTracked();
        namespaces.RemoveEmpty(removed);
        return 0;
    }

    /// <summary>Takes in threads that were found during this refresh, before their namespaces could be dropped.</summary>
    public void LookAtTracked()
    {
        if (!tracked.HasNew)
        {
            return;
        }

        tracked.AppendNewTo(_listing);
        _table.Update(_listing.Processes);
        foreach (ref KnownProcess process in _table.Processes)
        {
            process.IsDoubtful = false;
            if (process.Look == ProcessLook.None)
            {
                LookAt(ref process);
            }
        }
    }

    private void CountSurvivors()
    {
        foreach (NamespaceEntry entry in namespaces.Entries)
        {
            entry.Members = 0;
            entry.IsRepresented = false;
        }

        foreach (ref KnownProcess process in _table.Processes)
        {
            if (process.IsDoubtful && !IsSameRepresentative(process))
            {
                if (process.Space is { } left && left.IsRepresentative(process.Pid))
                {
                    left.LoseRepresentative();
                }

                process = new KnownProcess { Pid = process.Pid, Directory = process.Directory };
            }

            process.IsDoubtful = false;
            if (process.Space is { } space)
            {
                space.Members++;
            }
        }
    }

    /// <summary>Of representatives alone the start time is known: enough to carry a namespace over an eviction.</summary>
    private bool IsSameRepresentative(KnownProcess process) =>
        process.Space is { StartTime: not 0 } space
        && space.IsRepresentative(process.Pid)
        && root.StartTime(process.Pid) == space.StartTime;

    private void LookAtProcesses()
    {
        Span<KnownProcess> processes = _table.Processes;
        int rotation = Math.Max(RotationLeast, processes.Length / RotationShare);
        int next = 0;
        foreach (ref KnownProcess process in processes)
        {
            if (rotation > 0 && process.Pid >= _rotateFrom)
            {
                rotation--;
                next = process.Pid + 1;
                process.AreThreadsDue = true;
                LookAt(ref process);
            }
            else if (IsDue(process))
            {
                LookAt(ref process);
            }
        }

        // Begins again with the first process once the last has had its turn.
        _rotateFrom = rotation > 0 ? 0 : next;
    }

    private static bool IsDue(KnownProcess process) =>
        process.IsYoung
        || process.Look is ProcessLook.None or ProcessLook.Failed
        || process.Pid == HostProcess
        || (process.Space?.IsRepresentative(process.Pid) ?? false);

    /// <summary>Looks at one process and moves it to the namespace it is in.</summary>
    private void LookAt(ref KnownProcess process)
    {
        ProcessLook look = root.Look(process.Pid, out ulong inode);
        NamespaceEntry? space = look switch
        {
            ProcessLook.Found => namespaces.GetOrAdd(inode),
            ProcessLook.Failed => process.Space,
            _ => null,
        };
        process.AreThreadsDue |= process.Look == ProcessLook.None || look == ProcessLook.Ended;
        if (process.IsYoung)
        {
            // It may have been examined before its runtime had put it into its cgroup.
            process.IsExamined = false;
        }

        process.IsYoung = process.Look == ProcessLook.None;
        process.Look = look;
        if (process.Space != space)
        {
            Move(ref process, space);
        }

        if (space is not null && space.IsRepresentative(process.Pid))
        {
            space.IsRepresented = true;
        }
    }

    private static void Move(ref KnownProcess process, NamespaceEntry? space)
    {
        if (process.Space is { } left)
        {
            left.Members--;
        }

        if (space is not null)
        {
            space.Members++;
        }

        process.Space = space;
        process.IsExamined = false;
    }
}
