using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Namespaces.Discovery;

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

    /// <summary>When that process started, in clock ticks since boot; 0 when that could not be told.</summary>
    public ulong StartTime { get; private set; }

    /// <summary>Whether the representative has been seen in the namespace at this refresh.</summary>
    public bool IsRepresented { get; set; }

    /// <summary>How many more of its processes may be examined at this refresh.</summary>
    public int Budget { get; set; }

    /// <summary>The best of those that were examined at this refresh.</summary>
    public Candidate Candidate { get; set; }

    /// <summary>Whose it is, as far as its processes tell.</summary>
    public NamespaceIdentity Identity { get; set; } = NamespaceIdentity.Other;

    /// <summary>When the oldest of the processes started that it was found with, in clock ticks since boot; 0 when that cannot be told.</summary>
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
