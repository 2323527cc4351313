namespace Agent.Tcp.Namespaces.Discovery;

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
