using Agent.Tcp.Scheduling;

namespace Agent.Doctor.Checks;

/// <summary>What is known of the cost of reading network namespaces.</summary>
/// <param name="Namespaces">Each that has sockets and was read, but for the host's.</param>
/// <param name="Unread">So many more were not read in time.</param>
/// <param name="Always">CPU time of each collection before these are read.</param>
/// <param name="Age">How old readings become, one round; zero where every collection reads all.</param>
/// <param name="Budget">The setting <c>Tcp:CpuBudget</c>.</param>
/// <param name="Scope">The setting <c>Tcp:Namespaces</c>.</param>
/// <param name="Setting">The setting of the kernel that makes readings cheap.</param>
internal sealed record ReadingCostFacts(
    IReadOnlyList<NamespaceCost> Namespaces, long Unread, TimeSpan Always, TimeSpan Age, double Budget, NamespaceScope Scope, ChildHashSetting Setting)
{
    public static ReadingCostFacts Of(DoctorContext context, NodeView node, CostSurvey survey) => new(
        survey.Namespaces,
        survey.Unread,
        survey.Always,
        survey.Age(context.Tcp.CpuBudget, TimeSpan.FromMilliseconds(context.Configuration.Telemetry.ExportIntervalMilliseconds)),
        context.Tcp.CpuBudget,
        context.Tcp.Namespaces,
        TcpView.ChildHash(node, survey));
}

/// <summary>The sysctl <c>net.ipv4.tcp_child_ehash_entries</c>. Each network namespace has its own.</summary>
/// <param name="IsInKernel">The kernel has it; null where its sysctls are hidden.</param>
/// <param name="Host">Its value in the host's namespace; null where unknown.</param>
/// <param name="Own">Its value in this process's namespace; null where unknown.</param>
/// <param name="OwnName">This process's namespace.</param>
/// <param name="Kernel">The kernel's version.</param>
internal sealed record ChildHashSetting(bool? IsInKernel, long? Host, long? Own, string OwnName, string Kernel)
{
    public const string Name = "net.ipv4.tcp_child_ehash_entries";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {this switch
    {
        { IsInKernel: false } => $"is not in this kernel ({Kernel}), but from Linux 6.1 on",
        { IsInKernel: null } => "is unknown, because /proc/sys/net/ipv4 is hidden from this process",
        { Host: { } host } => $"is {host} in the host's network namespace",
        { Own: { } own } => $"is {own} in this process's network namespace, {OwnName}; in the host's, which counts, it is unknown",
        _ => "cannot be read, so it is unknown",
    }}");
}
