using Agent.Doctor.Proc;
using Agent.Doctor.Running;

namespace Agent.Doctor.Checks;

/// <summary>Whether this process has the running agent's namespaces, user and privileges, so that the results hold for the agent.</summary>
internal static class RunningAgentCheck
{
    private static readonly (string Name, string Title)[] Namespaces =
    [
        ("mnt", "mount namespace"), ("net", "network namespace"), ("pid", "PID namespace"), ("cgroup", "cgroup namespace"),
        ("user", "user namespace"),
    ];

    private static readonly Fix Enter = new(
        "Run agent doctor --pid as root of the machine (sudo), from a path that the agent can see as well; or run agent doctor in the agent's container: docker exec NAME /app/agent doctor.",
        "kubectl exec POD -- /app/agent doctor.");

    public static Finding Look(RunningAgent agent)
    {
        var own = new ProcStatus(ProcText.Lines("/proc/self/status"));
        return Judge(agent, Differences(agent.Status, own, [.. Namespaces.Where(one => !agent.SharesNamespace(one.Name)).Select(one => one.Title)]), Notes(agent, own));
    }

    public static Finding Judge(RunningAgent agent, IReadOnlyList<string> differences, IReadOnlyList<string> notes)
    {
        string who = $"PID {agent.Pid} ({string.Join(' ', agent.Command)})";
        string rest = notes.Count == 0 ? "" : $"; not applied here: its {string.Join(" and its ", notes)}";
        return differences.Count == 0
            ? Finding.Ok($"{who}, examined with its environment, namespaces, user, groups and capabilities{rest}")
            : Finding.Warning($"{who}, examined with its environment, but the following results may not hold for it, because these differ: {string.Join(", ", differences)}{rest}", Enter);
    }

    /// <summary>In what two processes differ, beginning with the namespaces that they do not share.</summary>
    public static IReadOnlyList<string> Differences(ProcStatus agent, ProcStatus own, IEnumerable<string> namespaces)
    {
        var differences = new List<string>(namespaces);
        Add("user", agent.User, own.User);
        Add("group", agent.Group, own.Group);
        Add("supplementary groups", Listed(agent), Listed(own));
        Add("capabilities", Shown(agent), Shown(own));
        return differences;

        void Add(string what, string theirs, string ours)
        {
            if (!string.Equals(theirs, ours, StringComparison.Ordinal))
            {
                differences.Add($"{what} ({ours} instead of {theirs})");
            }
        }
    }

    /// <summary>Without the primary group, which some container engines repeat.</summary>
    private static string Listed(ProcStatus status) => string.Join(' ', status.Groups.Where(group => !string.Equals(group, status.Group, StringComparison.Ordinal))) is { Length: > 0 } groups
        ? groups
        : "none";

    private static string Shown(ProcStatus status) => status.Capabilities is { } mask
        ? mask.ToString("x16", CultureInfo.InvariantCulture)
        : "unknown";

    /// <summary>What a process cannot take over from another.</summary>
    private static List<string> Notes(RunningAgent agent, ProcStatus own)
    {
        var notes = new List<string>();
        if (!string.Equals(agent.Status.Seccomp, own.Seccomp, StringComparison.Ordinal))
        {
            notes.Add("seccomp filter");
        }

        string[] label = ProcText.Lines(agent.Directory, "attr/current");
        if (!label.AsSpan().SequenceEqual(ProcText.Lines("/proc/self/attr/current")))
        {
            notes.Add("security label (AppArmor, SELinux)");
        }

        return notes;
    }
}
