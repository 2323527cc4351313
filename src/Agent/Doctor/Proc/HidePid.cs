namespace Agent.Doctor.Proc;

/// <summary>The mount option <c>hidepid</c> of a procfs, and the group that it does not hold for.</summary>
/// <param name="Value">As the mount table shows it.</param>
/// <param name="Group">The option <c>gid</c>; null where it is not set.</param>
internal sealed record HidePid(string Value, string? Group)
{
    /// <summary>Null where nothing is hidden. Linux 5.8 and later print words, earlier ones numbers (fs/proc/root.c).</summary>
    public static HidePid? Of(Mount? mount) =>
        mount is not null && mount.Options.TryGetValue("hidepid", out string? value) && value is not ("0" or "off")
            ? new HidePid(value, mount.Options.GetValueOrDefault("gid"))
            : null;

    /// <summary>Whether the group sees all processes: with <c>ptraceable</c> only the right to trace them counts.</summary>
    public bool HeedsGroup => Value is not ("4" or "ptraceable");

    /// <summary>
    /// Whether the listing lacks processes of others, for a process (fs/proc/base.c, <c>has_pid_permissions</c>): where no
    /// group is set, it is root's.
    /// </summary>
    public bool HidesOthersFrom(ProcStatus status) =>
        Value is not ("1" or "noaccess")
        && !status.MayTrace
        && !(HeedsGroup && status.Groups.Append(status.Group).Contains(Group ?? "0", StringComparer.Ordinal));

    public override string ToString() => Group is null ? $"hidepid={Value}" : $"hidepid={Value},gid={Group}";
}
