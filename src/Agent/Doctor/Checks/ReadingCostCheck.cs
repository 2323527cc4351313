using Agent.Doctor.Proc;

namespace Agent.Doctor.Checks;

/// <summary>What the check needs beside the costs.</summary>
/// <param name="Budget">The setting <c>Tcp:CpuBudget</c>.</param>
/// <param name="Interval">From one collection to the next.</param>
/// <param name="Sysctl">
/// The host's <c>net.ipv4.tcp_child_ehash_entries</c>; null where this process is in another network namespace, whose own it
/// would read.
/// </param>
/// <param name="HasSysctl">The kernel has it.</param>
internal sealed record ReadingCostFacts(double Budget, TimeSpan Interval, long? Sysctl, bool HasSysctl)
{
    public static ReadingCostFacts Of(DoctorContext context, NodeView node)
    {
        string? line = ProcText.Lines(context.OwnProc, "sys/net/ipv4/tcp_child_ehash_entries").FirstOrDefault();
        bool isHosts = node.HasHost && node.OwnInode == node.HostInode;
        return new ReadingCostFacts(
            context.Tcp.CpuBudget,
            TimeSpan.FromMilliseconds(context.Configuration.Telemetry.ExportIntervalMilliseconds),
            isHosts && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null,
            line is not null);
    }
}

/// <summary>
/// What reading the network namespaces costs, how old readings become within the budget, and how to make them cheap: reading
/// one that shares the node's hash of TCP sockets walks all of that.
/// </summary>
internal static class ReadingCostCheck
{
    /// <summary>
    /// A namespace with a hash of its own costs less, up to 16,384 buckets (docs/cost.md). One that shares the node's costs less
    /// only where that is small, and then nothing is to be gained.
    /// </summary>
    private static readonly TimeSpan Cheap = TimeSpan.FromMilliseconds(0.5);

    private const string Setting = "net.ipv4.tcp_child_ehash_entries";

    private static readonly Fix Set = new(
        $"Give each new network namespace a hash of its own: put {Setting} = 16384 into /etc/sysctl.d/90-tcp-agent.conf and run sysctl --system, in the host's network namespace, before pods and containers are created; those that exist keep the node's. It takes up to 192 KiB of kernel memory for each and limits the TIME_WAIT sockets of each to 8,192 (docs/cost.md). Or raise Tcp:CpuBudget.",
        "set it where the node's other sysctls are set, then drain and restart the node, or raise agent.Tcp.CpuBudget.");

    private static readonly Fix Recreate = new(
        $"{Setting} is set: restart the pods and containers that were created before it was, or the machine. In a namespace that shares the node's hash, net.ipv4.tcp_ehash_entries is negative; one of many sockets costs as much with a hash of its own, and needs a greater Tcp:CpuBudget.",
        "drain and restart the node.");

    private static readonly Fix Raise = new("Raise Tcp:CpuBudget.");

    private static readonly Fix Upgrade = new($"Raise Tcp:CpuBudget. From Linux 6.1 on, {Setting} makes such readings cheap; here it cannot be read.");

    /// <summary>Judges the costs.</summary>
    /// <param name="costs">CPU time of reading each namespace that has sockets, but for the host's.</param>
    /// <param name="facts">What else matters.</param>
    public static Finding Judge(IReadOnlyCollection<TimeSpan> costs, ReadingCostFacts facts)
    {
        if (costs.Count == 0)
        {
            return Finding.Skipped("no other network namespace than the host's, or this process's own, has sockets");
        }

        TimeSpan[] dear = [.. costs.Where(cost => cost >= Cheap).Order()];
        double all = costs.Sum(cost => cost.TotalMilliseconds);
        double age = all / 1000 / facts.Budget;
        string sharing = dear.Length == 0
            ? Text($"none costs {Cheap.TotalMilliseconds} ms or more")
            : Text($"{dear.Length} cost {Cheap.TotalMilliseconds} ms or more ({dear[dear.Length / 2].TotalMilliseconds:0.0} ms, median), as those do that share the node's hash");
        string sysctl = facts.Sysctl is { } entries ? Text($"; {Setting} is {entries}") : "";
        string found = Text($"reading all {costs.Count} network namespaces with sockets but the host's costs {all:0} ms of CPU; {sharing}{sysctl}");
        return age <= facts.Interval.TotalSeconds
            ? Finding.Ok(Text($"{found}. Tcp:CpuBudget ({facts.Budget}) covers that in every collection"))
            : Finding.Warning(
                Text($"{found}. Within Tcp:CpuBudget ({facts.Budget}) readings become at least {age:0} s old, as the host's own reading and exports are paid first; tcp.agent.snapshot.age shows how old"),
                dear.Length == 0 ? Raise : !facts.HasSysctl ? Upgrade : facts.Sysctl > 0 ? Recreate : Set);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
