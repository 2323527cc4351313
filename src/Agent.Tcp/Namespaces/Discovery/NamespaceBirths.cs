namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>
/// Tells which namespaces began while discovery watched: those that a later refresh than the first finds, with no process
/// that started before the first. Each is judged once, when it is found.
/// </summary>
/// <remarks>
/// A process that may not be read may have been in the namespace for long, so while there is one, or PID 1 is not
/// seen, nothing is said to have begun. Nor is a namespace that a mount may have kept without a process: one that was mounted
/// at the first refresh, and where its name may not be asked for, one of no pod and no container while any was mounted then.
/// </remarks>
internal sealed class NamespaceBirths(string procRoot, ProcDirectory root, NamespaceTable namespaces)
{
    private HashSet<string>? _pinned;
    private ulong? _since;
    private long _judged;

    /// <summary>Judges the namespaces that were found since the last call, at a refresh that began so many clock ticks after boot.</summary>
    public void Judge(ReadOnlySpan<KnownProcess> processes, HostStatus host, ulong begun)
    {
        if (_since is not { } since)
        {
            _since = begun;
            _pinned = PinnedNamespaces.Names(procRoot);
        }
        else if (namespaces.LastId != _judged)
        {
            Judge(processes, host == HostStatus.Known, since);
        }

        _judged = namespaces.LastId;
    }

    private void Judge(ReadOnlySpan<KnownProcess> processes, bool seesAll, ulong since)
    {
        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(namespaces.Entries))
        {
            if (entry.Id > _judged)
            {
                entry.IsBorn = false;
                entry.FirstStart = ulong.MaxValue;
            }
        }

        foreach (ref readonly KnownProcess process in processes)
        {
            seesAll &= process.Look is not (ProcessLook.Denied or ProcessLook.Failed);
            if (process.Space is { } space && space.Id > _judged)
            {
                space.FirstStart = Math.Min(space.FirstStart, root.StartTime(process.Pid));
            }
        }

        foreach (NamespaceEntry entry in CollectionsMarshal.AsSpan(namespaces.Entries))
        {
            if (entry.Id > _judged)
            {
                entry.IsBorn = seesAll
                    && entry.FirstStart > since
                    && entry.FirstStart != ulong.MaxValue
                    && !MayHaveBeenPinned(entry);
            }
        }
    }

    private bool MayHaveBeenPinned(NamespaceEntry entry) => _pinned is not { Count: 0 }
        && (_pinned is not null && PinnedNamespaces.NameOf(procRoot, entry.Representative) is { } name
            ? _pinned.Contains(name)
            : entry.Identity.Kind == NamespaceKind.Other);
}

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
