namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>The namespaces that have a process, by the number of their <c>net/tcp</c>, the oldest first.</summary>
internal sealed class NamespaceTable
{
    private readonly Dictionary<ulong, NamespaceEntry> _byInode = [];

    /// <summary>The id that was given last.</summary>
    public long LastId { get; private set; }

    public List<NamespaceEntry> Entries { get; } = [];

    /// <summary>An id that no namespace had before.</summary>
    public long NextId() => ++LastId;

    public NamespaceEntry GetOrAdd(ulong inode)
    {
        if (!_byInode.TryGetValue(inode, out NamespaceEntry? entry))
        {
            entry = new NamespaceEntry(inode, NextId());
            _byInode.Add(inode, entry);
            Entries.Add(entry);
        }

        return entry;
    }

    /// <summary>Whether a process is known to be in the namespace.</summary>
    public bool HasMembers(ulong inode) => _byInode.TryGetValue(inode, out NamespaceEntry? entry) && entry.Members > 0;

    /// <summary>Drops those without a process: should their number come back, it is another namespace.</summary>
    public void RemoveEmpty(Action<NamespaceEntry> removed)
    {
        for (int index = Entries.Count - 1; index >= 0; index--)
        {
            NamespaceEntry entry = Entries[index];
            if (entry.Members == 0)
            {
                Entries.RemoveAt(index);
                _byInode.Remove(entry.Inode);
                removed(entry);
            }
        }
    }
}

/// <summary>A network namespace as discovery knows it, from its first process to its last.</summary>
internal sealed class NamespaceEntry(ulong inode, long id)
{
    public ulong Inode => inode;

    /// <summary><see cref="TcpNamespace.Id"/>.</summary>
    public long Id { get; set; } = id;

    /// <summary>
    /// <see cref="TcpNamespace.NetnsInode"/>, found out once, as series are named by it; null until then.
    /// </summary>
    public ulong? NetnsInode { get; set; }

    /// <summary>How many processes are known to be in it.</summary>
    public int Members { get; set; }

    /// <summary>The PID of the process through which it is read; 0 while there is none.</summary>
    public int Representative { get; private set; }

    /// <summary>When that process started, in clock ticks since boot; 0 when that is unknown.</summary>
    public ulong StartTime { get; private set; }

    /// <summary>Whether the representative has been seen in the namespace at this refresh.</summary>
    public bool IsRepresented { get; set; }

    /// <summary>How many more of its processes may be examined at this refresh.</summary>
    public int Budget { get; set; }

    /// <summary>The best of those that were examined at this refresh.</summary>
    public Candidate Candidate { get; set; }

    /// <summary>Whose it is, as far as its processes tell.</summary>
    public NamespaceIdentity Identity { get; set; } = NamespaceIdentity.Other;

    /// <summary>When the oldest of the processes started that it was found with, in clock ticks since boot; 0 when that is unknown.</summary>
    public ulong FirstStart { get; set; }

    /// <summary><see cref="TcpNamespace.IsBorn"/>.</summary>
    public bool IsBorn { get; set; }

    /// <summary>What was last reported of it.</summary>
    public TcpNamespace? Reported { get; set; }

    public bool IsRepresentative(int pid) => Representative == pid && pid != 0;

    public void Represent(int pid, ulong startTime)
    {
        Representative = pid;
        StartTime = startTime;
        IsRepresented = true;
        Reported = null;
    }

    public void LoseRepresentative()
    {
        Representative = 0;
        StartTime = 0;
        Reported = null;
    }
}

/// <summary>A process that could stand for its namespace.</summary>
internal readonly record struct Candidate(int Pid, ulong StartTime, NamespaceIdentity Identity)
{
    /// <summary>Who tells more stands before who tells less; then the oldest, which is the least likely to end.</summary>
    public bool IsBetterThan(in Candidate other)
    {
        if (other.Pid == 0 || Identity.Rank != other.Identity.Rank)
        {
            return other.Pid == 0 || Identity.Rank > other.Identity.Rank;
        }

        // An unknown start time (0) wraps to the youngest.
        return StartTime - 1 < other.StartTime - 1;
    }
}
