using Agent.Tcp;
using Agent.Tcp.Interop;

namespace Agent.Doctor.Proc;

/// <summary>How many processes the kernel has, shown or not.</summary>
internal static class ProcessCount
{
    /// <summary>
    /// Null when it cannot be told. A procfs's root has two links, one for each of its own directories, and one for each
    /// process of the whole system: hidden ones and those of other PID namespaces are counted too (fs/proc/root.c,
    /// <c>proc_root_getattr</c>: <c>proc_root.nlink + nr_processes()</c>).
    /// </summary>
    public static long? Of(string procRoot)
    {
        if (Libc.Links(new ProcPath(procRoot).Bytes) is not { } links)
        {
            return null;
        }

        int own = new DirectoryInfo(procRoot).EnumerateDirectories()
            .Count(directory => directory.LinkTarget is null && !directory.Name.All(char.IsAsciiDigit));
        long processes = links - own - 2;
        return own > 0 && processes > 0 ? processes : null;
    }
}
