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

    public override string ToString() => Group is null ? $"hidepid={Value}" : $"hidepid={Value},gid={Group}";
}
