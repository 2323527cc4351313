using Agent.Doctor.Proc;
using Agent.Tcp;

namespace Agent.Doctor.Checks;

/// <summary>What hides processes.</summary>
/// <param name="Hiding">The mount option hidepid; null where it is off.</param>
/// <param name="IsHiddenFrom">It keeps the processes of others out of the listing.</param>
/// <param name="Existing">
/// Processes that the listing would show if nothing were hidden; null when not told, as in any PID namespace but the machine's
/// own: the kernel's number is of the whole machine.
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

/// <summary>Whether the processes of others can be seen, without which their namespaces are not found.</summary>
internal static class ProcessesCheck
{
    /// <summary>Processes begin and end between the two counts: this many, or one in this many, are no sign of hiding.</summary>
    private const int ChurnLeast = 8;
    private const int ChurnShare = 20;

    private static readonly Mend Refused = new(
        "No hidepid is to be seen, so a security module or sandbox refuses: let this user read /proc/PID/net of other users' processes.");

    public static Finding Judge(ProcessFacts facts, NodeView node, NamespaceScope scope)
    {
        bool isHidden = facts.Existing is { } all ? all - node.Listed > Math.Max(ChurnLeast, all / ChurnShare) : facts.IsHiddenFrom;
        string of = facts.Existing is null ? "" : $" of about {facts.Existing}";
        string option = facts.Hiding is { } hiding ? $"; the procfs is mounted with {hiding}" : "";
        if (node.Denied == 0 && !isHidden)
        {
            return Finding.Ok($"{node.Listed} processes{of} seen, none refused{option}");
        }

        string hidden = isHidden && facts.Existing is null ? ", those of other users hidden and not to be counted" : "";
        string found = $"{node.Listed} processes{of} seen{hidden}, {node.Denied} of them refused{option}";
        Mend mend = facts.Hiding is null ? Refused : Unhide(facts.Hiding);
        return scope == NamespaceScope.All ? Finding.Failed(found, mend) : Finding.Warning(found, mend);
    }

    private static Mend Unhide(HidePid hiding) => hiding is { Group: { } group, HeedsGroup: true }
        ? new Mend(
            $"Run the agent with the group {group}, which may see all processes (systemd: SupplementaryGroups={group}).",
            $"set podSecurityContext.supplementalGroups: [{group}].")
        : new Mend(
            $"Mount the procfs with a group that may see all processes (mount -o remount,{(hiding.HeedsGroup ? "" : "hidepid=invisible,")}gid=N /proc, and in /etc/fstab) and run the agent with that group (systemd: SupplementaryGroups=N), or mount it with hidepid=0.",
            "do that on the node, and set podSecurityContext.supplementalGroups: [N].");
}
