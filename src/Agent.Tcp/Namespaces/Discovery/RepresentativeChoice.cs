using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Namespaces.PodNames;

namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// Finds for each namespace the process that stands for it, and from its cgroup whose the namespace is. One pass over
/// the known processes serves all namespaces; of each, at most <see cref="Budget"/> processes are examined a refresh.
/// </summary>
/// <remarks>
/// A representative stays until it ends or leaves. A namespace of which no process so far names a pod (a helper that
/// entered was there first) has the others examined too, each once, until one does; so has one whose pod has no name
/// yet, as only some of a pod's containers tell it (<see cref="PodNameSource"/>).
/// </remarks>
internal sealed class RepresentativeChoice(
    ProcDirectory root, NamespaceTable namespaces, TrackedThreads tracked, PodNameSource? names)
{
    /// <summary>How many processes of a namespace are examined at one refresh.</summary>
    public const int Budget = 8;

    private const int HostProcess = 1;

    public void Run(Span<KnownProcess> processes, NamespaceEntry? host)
    {
        if (host is not null && !host.IsRepresentative(HostProcess))
        {
            host.Represent(HostProcess, root.StartTime(HostProcess));
        }

        if (!Prepare(host))
        {
            return;
        }

        foreach (ref KnownProcess process in processes)
        {
            if (process.Space is { Budget: > 0 } space && !(space.IsRepresented && process.IsExamined))
            {
                Examine(ref process, space);
            }
        }

        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(namespaces.Entries))
        {
            if (entry != host && entry.Candidate.Pid != 0)
            {
                Adopt(entry, entry.Candidate);
            }
        }
    }

    /// <summary>Gives a budget to the namespaces that look for somebody: whether there are any.</summary>
    private bool Prepare(NamespaceEntry? host)
    {
        bool any = false;
        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(namespaces.Entries))
        {
            entry.Candidate = default;
            entry.Budget = 0;
            if (entry == host)
            {
                continue;
            }

            if (!entry.IsRepresented || (entry.Members > 1 && tracked.IsGuest(entry.Representative)))
            {
                entry.IsRepresented = false;
                entry.LoseRepresentative();
            }

            if (!entry.IsRepresented || entry.Identity.Kind != NamespaceKind.Pod || IsUnnamed(entry))
            {
                entry.Budget = Budget;
                any = true;
            }
        }

        return any;
    }

    private bool IsUnnamed(NamespaceEntry entry) => names is not null && entry.Identity.PodName is null;

    private void Examine(ref KnownProcess process, NamespaceEntry space)
    {
        bool isGuest = tracked.IsGuest(process.Pid);
        if (isGuest && space.Members > 1)
        {
            // A guest is there only as long as nobody else is.
            return;
        }

        space.Budget--;
        process.IsExamined = true;
        if (root.Look(process.Pid, out ulong inode) != ProcessLook.Found || inode != space.Inode)
        {
            // It has ended or moved since it was looked at: the next refresh sees to it.
            process.Look = ProcessLook.None;
            return;
        }

        CgroupOwner owner = isGuest ? default : root.Owner(process.Pid);
        if (owner.PodUid is { } uid)
        {
            names?.Add(uid, owner.ContainerId);
        }

        var candidate = new Candidate(process.Pid, root.StartTime(process.Pid), owner.Identity);
        if (candidate.IsBetterThan(space.Candidate))
        {
            space.Candidate = candidate;
        }
    }

    private void Adopt(NamespaceEntry entry, in Candidate candidate)
    {
        NamespaceIdentity told = candidate.Identity;
        if (entry.IsRepresented && told.Rank <= entry.Identity.Rank)
        {
            return;
        }

        entry.Represent(candidate.Pid, candidate.StartTime);

        // The namespace lives on, so one who tells less does not make it another's.
        if (told.Rank < entry.Identity.Rank || told.IsSameOwner(entry.Identity))
        {
            return;
        }

        if (entry.Identity.Rank > 0)
        {
            // Another owner: the number was given again and nobody saw it.
            entry.Id = namespaces.NextId();
        }

        entry.Identity = told;
    }
}
