namespace Agent.Doctor.Proc;

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
