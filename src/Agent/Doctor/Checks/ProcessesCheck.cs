using Agent.Doctor.Proc;

namespace Agent.Doctor.Checks;

/// <summary>Facts about hidden processes.</summary>
/// <param name="Hiding">The mount option hidepid; null where it is off.</param>
/// <param name="IsHiddenFrom">It hides the processes of other users from this process.</param>
/// <param name="Existing">
/// How many processes the listing would show if none were hidden; null when unknown, as in any PID namespace but the machine's
/// own: the kernel counts the processes of the whole machine.
/// </param>
internal sealed record ProcessFacts(HidePid? Hiding, bool IsHiddenFrom, long? Existing)
{
    public static ProcessFacts Of(DoctorContext context, ProcStatus status, bool isMachines)
    {
        HidePid? hiding = HidePid.Of(MountInfo.Of(
            Path.TrimEndingDirectorySeparator(context.ProcRoot), ProcText.Lines(context.OwnProc, "self", "mountinfo")));
        return new ProcessFacts(hiding, hiding?.HidesOthersFrom(status) ?? false, isMachines ? ProcessCount.Of(context.ProcRoot) : null);
    }
}

/// <summary>Whether other users' processes are visible, without which their namespaces are not found.</summary>
internal static class ProcessesCheck
{
    /// <summary>Processes start and end between the two counts: a difference of this many, or one in this many, does not count.</summary>
    private const int ChurnLeast = 8;
    private const int ChurnShare = 20;

    private static readonly Fix Refused = new(
        "hidepid is not set, so a security module or sandbox refuses: let this user read /proc/PID/net of other users' processes.");

    public static Finding Judge(ProcessFacts facts, NodeView node, NamespaceScope scope)
    {
        bool isHidden = facts.Existing is { } all ? all - node.Listed > Math.Max(ChurnLeast, all / ChurnShare) : facts.IsHiddenFrom;
        string of = facts.Existing is null ? "" : $" of about {facts.Existing}";
        string option = facts.Hiding is { } hiding ? $"; the procfs is mounted with {hiding}" : "";
        if (node.Denied == 0 && !isHidden)
        {
            return Finding.Ok($"{node.Listed} processes{of} seen, none refused{option}");
        }

        string hidden = isHidden && facts.Existing is null ? ", those of other users hidden" : "";
        string found = $"{node.Listed} processes{of} seen{hidden}, {node.Denied} of them refused{option}";
        Fix fix = facts.Hiding is null ? Refused : Unhide(facts.Hiding);
        return scope == NamespaceScope.All ? Finding.Failed(found, fix) : Finding.Warning(found, fix);
    }

    private static Fix Unhide(HidePid hiding) => hiding is { Group: { } group, HeedsGroup: true }
        ? new Fix(
            $"Run the agent with the group {group}, which may see all processes (systemd: SupplementaryGroups={group}).",
            $"set podSecurityContext.supplementalGroups: [{group}].")
        : new Fix(
            $"Mount the procfs with a group that may see all processes (mount -o remount,{(hiding.HeedsGroup ? "" : "hidepid=invisible,")}gid=N /proc, and in /etc/fstab) and run the agent with that group (systemd: SupplementaryGroups=N), or mount it with hidepid=0.",
            "do that on the node, and set podSecurityContext.supplementalGroups: [N].");
}

/// <summary>The mount option <c>hidepid</c> of a procfs, and the group that is exempt (<c>gid</c>).</summary>
internal sealed record HidePid(string Value, string? Group)
{
    /// <summary>Null where nothing is hidden. Linux 5.8 and later print words, earlier ones numbers (fs/proc/root.c).</summary>
    public static HidePid? Of(Mount? mount) =>
        mount is not null && mount.Options.TryGetValue("hidepid", out string? value) && value is not ("0" or "off")
            ? new HidePid(value, mount.Options.GetValueOrDefault("gid"))
            : null;

    /// <summary>Whether a procfs hides other users' processes from this process; false where that is not known.</summary>
    public static bool HidesOthersIn(string procRoot)
    {
        const string own = TcpInstrumentationOptions.DefaultProcRoot;
        HidePid? hiding = Of(MountInfo.Of(Path.TrimEndingDirectorySeparator(procRoot), ProcText.Lines(own, "self", "mountinfo")));
        return hiding is not null && hiding.HidesOthersFrom(new ProcStatus(ProcText.Lines(own, "self", "status")));
    }

    /// <summary>Whether the group sees all processes: with <c>ptraceable</c>, only the permission to trace them counts.</summary>
    public bool HeedsGroup => Value is not ("4" or "ptraceable");

    /// <summary>
    /// Whether processes of other users are hidden from a process (fs/proc/base.c, <c>has_pid_permissions</c>). Where no group
    /// is set, root's group is exempt.
    /// </summary>
    public bool HidesOthersFrom(ProcStatus status) =>
        Value is not ("1" or "noaccess")
        && !status.MayTrace
        && !(HeedsGroup && status.Groups.Append(status.Group).Contains(Group ?? "0", StringComparer.Ordinal));

    public override string ToString() => Group is null ? $"hidepid={Value}" : $"hidepid={Value},gid={Group}";
}

/// <summary>One mount of <c>/proc/self/mountinfo</c>, with the options of its file system by name.</summary>
internal sealed record Mount(string Point, string Type, IReadOnlyDictionary<string, string> Options);

/// <summary>Finds the mount that a path is in. Pure.</summary>
internal static class MountInfo
{
    private const int PointField = 4;

    /// <summary>The innermost mount, and of several at the same point the last, which hides the others; null when there is none.</summary>
    public static Mount? Of(string path, IEnumerable<string> lines) => lines
        .Reverse()
        .Select(Parse)
        .OfType<Mount>()
        .Where(mount => Contains(mount.Point, path))
        .MaxBy(mount => mount.Point.Length);

    // 63 43 0:39 / /host/proc ro,relatime master:1 - proc proc rw,gid=5,hidepid=invisible
    private static Mount? Parse(string line) =>
        line.Split(" - ", 2) is [var place, var system]
        && place.Split(' ') is { Length: > PointField } fields
        && system.Split(' ') is [var type, _, var options, ..]
            ? new Mount(Unescape(fields[PointField]), type, Options(options))
            : null;

    private static Dictionary<string, string> Options(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = option.Split('=', 2);
            options[parts[0]] = parts.Length > 1 ? parts[1] : "";
        }

        return options;
    }

    private static bool Contains(string point, string path) =>
        string.Equals(point, "/", StringComparison.Ordinal)
        || string.Equals(point, path, StringComparison.Ordinal)
        || path.StartsWith(point + "/", StringComparison.Ordinal);

    /// <summary>Spaces, tabs, newlines and backslashes are written as three octal digits (fs/proc_namespace.c, <c>mangle</c>).</summary>
    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text);
        foreach ((string escape, string character) in new[] { ("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\") })
        {
            plain.Replace(escape, character);
        }

        return plain.ToString();
    }
}

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
