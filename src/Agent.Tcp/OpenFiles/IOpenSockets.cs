namespace Agent.Tcp.OpenFiles;

/// <summary>Takes the sockets that processes have open, in the order of PIDs.</summary>
internal interface IOpenSockets
{
    /// <summary>All that were looked for have been found.</summary>
    bool IsComplete { get; }

    /// <summary>A process has a socket open.</summary>
    /// <returns>False where it was not looked for, or has been found before.</returns>
    bool Take(uint inode, uint pid);

    /// <summary>The name of a process that had one that was looked for (<c>comm</c>).</summary>
    void Name(uint pid, ReadOnlySpan<byte> command);
}
