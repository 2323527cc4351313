using Agent.Tcp.Scheduling;

namespace Agent.Doctor.Checks;

/// <summary>
/// What reading the network namespaces costs, how old readings become within the budget, and how to make them cheap: reading
/// one that shares the node's hash of TCP sockets walks all of that.
/// </summary>
internal static class ReadingCostCheck
{
    private const string Setting = ChildHashSetting.Name;

    private const string Set =
        $"put {Setting} = 16384 into /etc/sysctl.d/90-tcp-agent.conf and run sysctl --system, in the host's network namespace, before pods and containers are created; those that exist keep the node's. It takes up to 192 KiB of kernel memory for each and limits the TIME_WAIT sockets of each to 8,192 (docs/cost.md)";

    private const string SetOnKubernetes =
        "set it where the node's other sysctls are set, then drain and restart the node, or raise agent.Tcp.CpuBudget.";

    private static readonly Fix SetIt = new($"Give each new network namespace a hash of its own: {Set}. Or raise Tcp:CpuBudget.", SetOnKubernetes);

    private static readonly Fix SetUnlessSet = new(
        $"Run sysctl {Setting} on the host. Where it is 0, give each new network namespace a hash of its own: {Set}. Where it is greater, restart the pods and containers that were created before it was set. Where it is not there, Linux is older than 6.1: raise Tcp:CpuBudget.",
        SetOnKubernetes);

    private static readonly Fix Tell = new(
        $"Raise Tcp:CpuBudget. Or run agent doctor as root on the host, which tells whether these namespaces share the node's hash; {Setting} makes readings of those cheap.",
        "raise agent.Tcp.CpuBudget.");

    private static readonly Fix Recreate = new(
        $"{Setting} is set: restart the pods and containers that were created before it was, or the machine. A container engine inside a pod creates namespaces that share the node's hash, until it is set in the pod, too.",
        "drain and restart the node.");

    private static readonly Fix Raise = new(
        $"Raise Tcp:CpuBudget. {Setting} helps little: nearly all of the cost are the namespaces' own sockets, or a hash that is their own already.",
        "raise agent.Tcp.CpuBudget.");

    private static readonly Fix Upgrade = new($"Raise Tcp:CpuBudget, or update the kernel: from Linux 6.1 on, {Setting} makes such readings cheap.");

    /// <summary>Judges the costs.</summary>
    public static Finding Judge(ReadingCostFacts facts)
    {
        if (facts.Namespaces.Count == 0)
        {
            return Finding.Skipped(facts.Scope == NamespaceScope.All
                ? "no network namespace with sockets was found but the host's, or this process's own"
                : Text($"Tcp:Namespaces is {facts.Scope}, so other network namespaces are not read"));
        }

        string which = facts.Unread == 0 ? Text($"all {facts.Namespaces.Count}") : Text($"{facts.Namespaces.Count} of {facts.Namespaces.Count + facts.Unread}");
        string found = Text($"reading {which} network namespaces with sockets but the host's costs {Milliseconds(facts.Namespaces, cost => cost.Cpu):0} ms of CPU, all else in a collection {facts.Always.TotalMilliseconds:0} ms; {Hashes(facts.Namespaces)}; {facts.Setting}");
        return facts.Age == TimeSpan.Zero
            ? Finding.Ok(Text($"{found}. Tcp:CpuBudget ({facts.Budget}) {(facts.Budget >= TcpInstrumentationOptions.MaxCpuBudget ? "is no limit, so every collection reads all" : "covers that in every collection")}"))
            : Finding.Warning(
                Text($"{found}. Within Tcp:CpuBudget ({facts.Budget}) readings become at least {facts.Age.TotalSeconds:0} s old, and older by what exports take; tcp.agent.snapshot.age shows how old"),
                FixOf(facts));
    }

    /// <summary>
    /// A hash of its own saves the walk of the node's, and nothing of what a namespace's own sockets cost. It is advised where it
    /// saves a quarter of all.
    /// </summary>
    private static Fix FixOf(ReadingCostFacts facts)
    {
        double much = Milliseconds(facts.Namespaces, cost => cost.Cpu) / 4;
        double shared = Milliseconds(facts.Namespaces.Where(cost => cost.Hash == WalkedHash.Shared), cost => cost.Walk);
        double unknown = Milliseconds(facts.Namespaces.Where(cost => cost.Hash == WalkedHash.Unknown), cost => cost.Walk);
        return shared + unknown < much ? Raise
            : facts.Setting.IsInKernel == false ? Upgrade
            : shared < much ? Tell
            : facts.Setting.Host switch
            {
                null => SetUnlessSet,
                0 => SetIt,
                _ => Recreate,
            };
    }

    private static string Hashes(IReadOnlyList<NamespaceCost> costs)
    {
        IEnumerable<string> groups = costs
            .GroupBy(cost => (cost.Hash, cost.IsJudged))
            .OrderByDescending(group => group.Key)
            .Select(group => Text($"{group.Count()} {Words(group.Key.Hash)}{(group.Key.IsJudged ? ", judged by cost" : "")} ({Median(group):0.0} ms, median)"));
        return string.Join(", ", groups);
    }

    private static string Words(WalkedHash hash) => hash switch
    {
        WalkedHash.Shared => "share the node's hash",
        WalkedHash.Own => "have one of their own",
        _ => "walk a hash that is not known to be the node's or their own",
    };

    private static double Milliseconds(IEnumerable<NamespaceCost> costs, Func<NamespaceCost, TimeSpan> part) =>
        costs.Sum(cost => part(cost).TotalMilliseconds);

    private static double Median(IEnumerable<NamespaceCost> costs)
    {
        NamespaceCost[] ordered = [.. costs.OrderBy(cost => cost.Cpu)];
        return ordered[ordered.Length / 2].Cpu.TotalMilliseconds;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
