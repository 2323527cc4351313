namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>Network namespaces that a mount keeps, whether a process is in them or not.</summary>
internal static class PinnedNamespaces
{
    // 508 31 0:4 net:[4026532601] /run/netns/blue rw shared:274 - nsfs nsfs rw
    private const string Mark = " net:[";
    private const int NameField = 3;

    /// <summary>Whether the host has any; also true when that is unknown.</summary>
    public static bool Exist(string procRoot) => Names(procRoot) is not { Count: 0 };

    /// <summary>Their names, such as <c>net:[4026532601]</c>, by the mounts of PID 1; null when they cannot be read.</summary>
    public static HashSet<string>? Names(string procRoot) => RegularFile.Try(() => RegularFile
        .ReadLines(Path.Combine(procRoot, "1", "mountinfo"))
        .Where(line => line.Contains(Mark, StringComparison.Ordinal))
        .Select(line => line.Split(' ').ElementAtOrDefault(NameField))
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal));

    /// <summary>The name of the namespace of a process; null where it may not be asked for (it takes CAP_SYS_PTRACE).</summary>
    public static string? NameOf(string procRoot, int process) => RegularFile.Try(() =>
        new FileInfo(Path.Combine(procRoot, process.ToString(CultureInfo.InvariantCulture), "ns", "net")).LinkTarget);
}
