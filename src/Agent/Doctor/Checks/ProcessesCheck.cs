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
