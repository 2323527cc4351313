namespace Agent.Doctor.Proc;

/// <summary>The number of processes, including hidden ones.</summary>
internal static class ProcessCount
{
    /// <summary>
    /// Null when it is unknown. A procfs root has two links, one for each of its own directories, and one for each process of
    /// the whole system, including hidden ones and those of other PID namespaces (fs/proc/root.c, <c>proc_root_getattr</c>:
    /// <c>proc_root.nlink + nr_processes()</c>).
    /// </summary>
    public static long? Of(string procRoot)
    {
        if (FileStatus.Of(procRoot, followLink: true) is not { Links: var links })
        {
            return null;
        }

        int own = new DirectoryInfo(procRoot).EnumerateDirectories()
            .Count(directory => directory.LinkTarget is null && !directory.Name.All(char.IsAsciiDigit));
        long processes = links - own - 2;
        return own > 0 && processes > 0 ? processes : null;
    }
}
