namespace Agent.Doctor;

/// <summary>Which processes and network namespaces can be seen under the proc root.</summary>
internal sealed record NodeView
{
    /// <summary>What is wrong with the listing or with PID 1, and how to mend it; null when nothing is.</summary>
    public string? Fault { get; init; }

    /// <summary>The host's network namespace, by its own inode, or by <c>id</c> and that of its table where it cannot be read.</summary>
    public string HostName { get; init; } = "";

    /// <summary>This process's, in the same way.</summary>
    public string OwnName { get; init; } = "";

    /// <summary>The inode of the host's table; 0 when it is not known.</summary>
    public ulong HostInode { get; init; }

    /// <summary>The inode of this process's; 0 when it is not known.</summary>
    public ulong OwnInode { get; init; }

    /// <summary>Processes in the listing.</summary>
    public int Listed { get; init; }

    /// <summary>Of them, those that this process may not look at.</summary>
    public int Denied { get; init; }

    /// <summary>Namespaces of pods, and how many of them carry the pod's name.</summary>
    public int Pods { get; init; }

    public int NamedPods { get; init; }

    public int Containers { get; init; }

    public int Others { get; init; }

    public bool HasHost => HostInode != 0;

    public int Namespaces => Pods + Containers + Others + (HasHost ? 1 : 0);
}

/// <summary>The sockets that one reading found.</summary>
internal sealed record SocketView
{
    /// <summary>Sockets by <c>state family</c>.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>How many namespaces were read by each source.</summary>
    public required IReadOnlyDictionary<string, int> Sources { get; init; }

    /// <summary>What could not be read, in words that name the mend.</summary>
    public required IReadOnlyList<string> Errors { get; init; }

    /// <summary>Why other namespaces than this process's own were read by the source that they were; null where none was.</summary>
    public string? Others { get; init; }

    /// <summary>What was read all the same, with something strange in it.</summary>
    public required IReadOnlyList<string> Oddities { get; init; }

    /// <summary>How many namespaces there was no time for, in a sentence; null when all were read.</summary>
    public string? Unread { get; init; }

    public long Total => Counts.Values.Sum();
}
