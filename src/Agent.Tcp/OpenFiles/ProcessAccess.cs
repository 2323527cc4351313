namespace Agent.Tcp.OpenFiles;

/// <summary>
/// What a process needs to see which sockets others have open: <c>/proc/PID/fd</c> may be listed by its owner alone, or with
/// CAP_DAC_READ_SEARCH (or CAP_DAC_OVERRIDE), and its links be read by who may trace the process.
/// </summary>
internal static class ProcessAccess
{
    // include/uapi/linux/capability.h.
    private const ulong DacOverride = 1ul << 1, DacReadSearch = 1ul << 2, SysPtrace = 1ul << 19;

    /// <summary>How the calling thread gets to see the open files that it was refused.</summary>
    public static string Fix()
    {
        string[] status = RegularFile.Try(() => RegularFile.ReadLines("/proc/thread-self/status").ToArray()) ?? [];
        bool isKnown = ulong.TryParse(Last("CapEff:"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong effective);

        // The last of a thread's user IDs is that by which it accesses files (proc_pid_status(5)).
        return Fix(isKnown ? effective : null, isRoot: Last("Uid:") is "0");

        string? Last(string field) => Array.Find(status, line => line.StartsWith(field, StringComparison.Ordinal))?.Split('\t')[^1];
    }

    /// <inheritdoc cref="Fix()"/>
    /// <param name="effective">Its effective capabilities; null where they are unknown.</param>
    /// <param name="isRoot">It runs as root, most often with fewer capabilities, as in a container.</param>
    public static string Fix(ulong? effective, bool isRoot)
    {
        ulong capabilities = effective ?? 0;
        string[] missing =
        [
            .. (capabilities & SysPtrace) == 0 ? ["CAP_SYS_PTRACE"] : Array.Empty<string>(),
            .. (capabilities & (DacReadSearch | DacOverride)) == 0 ? ["CAP_DAC_READ_SEARCH"] : Array.Empty<string>(),
        ];
        return (missing.Length, isRoot) switch
        {
            (0, _) => "This process has the capabilities that it needs: a security module refuses, or the others are outside of its user namespace.",
            (_, true) when effective is not null => $"Root is without {string.Join(" and ", missing)} here, as in a container: add {(missing.Length == 1 ? "it" : "them")}.",
            _ => "Run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.",
        };
    }
}
