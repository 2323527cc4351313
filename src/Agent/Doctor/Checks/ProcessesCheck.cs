using Agent.Doctor.Proc;
using Agent.Tcp;

namespace Agent.Doctor.Checks;

/// <summary>What hides processes.</summary>
/// <param name="Hiding">The mount option hidepid; null where it is off.</param>
/// <param name="Existing">Processes that the kernel has, hidden ones and those of other PID namespaces included; null when not told.</param>
internal sealed record ProcessFacts(HidePid? Hiding, long? Existing)
{
    public static ProcessFacts Of(string procRoot, string ownProc, bool isProcfs) => new(
        HidePid.Of(MountInfo.Of(Path.TrimEndingDirectorySeparator(procRoot), ProcText.Lines(ownProc, "self", "mountinfo"))),
        isProcfs ? ProcessCount.Of(procRoot) : null);
}

/// <summary>Whether the processes of others can be seen, without which their namespaces are not found.</summary>
internal static class ProcessesCheck
{
    /// <summary>Processes begin and end between the two counts: this many, or one in this many, are no sign of hiding.</summary>
    private const int ChurnLeast = 8;
    private const int ChurnShare = 20;

    private static readonly Mend OfTheHost = new(
        "Point Tcp:ProcRoot to the procfs of the machine itself; in a container, start it with --pid=host.",
        "set hostPID: true, or mount the node's /proc (a hostPath volume) and set Tcp__ProcRoot to its mountPath; the chart does the one or the other.");

    private static readonly Mend Refused = new(
        "No hidepid is to be seen, so a security module or sandbox refuses: let this user read /proc/PID/net of other users' processes.");

    public static Finding Judge(ProcessFacts facts, NodeView node, NamespaceScope scope)
    {
        long missing = facts.Existing is { } existing ? Math.Max(0, existing - node.Listed) : 0;
        bool isHidden = missing > Math.Max(ChurnLeast, (facts.Existing ?? 0) / ChurnShare);
        string of = facts.Existing is { } all ? $" of about {all}" : "";
        string option = facts.Hiding is { } hiding ? $"; the procfs is mounted with {hiding}" : "";
        if (node.Denied == 0 && !isHidden)
        {
            return Finding.Ok($"{node.Listed} processes{of} seen, none refused{option}");
        }

        string found = $"{node.Listed} processes{of} seen, {node.Denied} of them refused{option}";
        if (facts.Hiding is null && node.Denied == 0)
        {
            return Finding.Warning($"{found}; the others are of PID namespaces outside the proc root's", OfTheHost);
        }

        Mend mend = facts.Hiding is null ? Refused : Unhide(facts.Hiding.Group);
        return scope == NamespaceScope.All ? Finding.Failed(found, mend) : Finding.Warning(found, mend);
    }

    private static Mend Unhide(string? group) => group is not null
        ? new Mend(
            $"Run the agent with the group {group}, which may see all processes (systemd: SupplementaryGroups={group}).",
            $"set podSecurityContext.supplementalGroups: [{group}].")
        : new Mend(
            "Mount the procfs with a group that may see all processes (mount -o remount,gid=N /proc, and in /etc/fstab) and run the agent with that group (systemd: SupplementaryGroups=N), or mount it with hidepid=0.",
            "do that on the node, and set podSecurityContext.supplementalGroups: [N].");
}
