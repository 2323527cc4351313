using Agent.Doctor.Proc;
using Agent.Tcp.Namespaces.Identity;

namespace Agent.Doctor.Checks;

/// <summary>The facts that tell whose processes the proc root shows.</summary>
/// <param name="OwnPidNamespace">The link <c>ns/pid</c> of this process; null when it cannot be read.</param>
/// <param name="PidNamespaces">The number of PID namespaces from the proc root's to this process's own; 0 when it is not visible there.</param>
/// <param name="HostCgroup">The cgroup of PID 1 under the proc root; empty when it cannot be read.</param>
/// <param name="OwnCgroup">The cgroup of the process that is examined.</param>
/// <param name="HasKernelThreads">PID 2 under the proc root is a kernel thread, which only the machine's own PID namespace has.</param>
internal sealed record ProcOwnerFacts(string? OwnPidNamespace, int PidNamespaces, string HostCgroup, string OwnCgroup, bool HasKernelThreads)
{
    public static ProcOwnerFacts Of(DoctorContext context) => new(
        ProcText.Link(context.OwnProc, "self", "ns", "pid"),
        new ProcStatus(ProcText.Lines(context.ProcRoot, "self", "status")).PidNamespaces,
        string.Join('\n', ProcText.Lines(context.ProcRoot, "1", "cgroup")),
        string.Join('\n', ProcText.Lines(context.Process, "cgroup")),
        new ProcStatus(ProcText.Lines(context.ProcRoot, "2", "status")).IsFirstKernelThread);
}

/// <summary>Whether the proc root shows the machine's processes, not only those of the agent's own container.</summary>
internal static class ProcOwnerCheck
{
    /// <summary>The machine's own PID namespace has a fixed number: <c>PROC_PID_INIT_INO</c> (include/linux/proc_ns.h), 0xEFFFFFFC.</summary>
    private const string FirstPidNamespace = "pid:[4026531836]";

    private static readonly Fix ShowTheHost = new(
        "Start the container with the host's processes (--pid=host), or mount the host's /proc into it read-only and set Tcp:ProcRoot to the mount (Tcp__ProcRoot=/host/proc).",
        "set hostPID: true, or mount the node's /proc (a hostPath volume) and set Tcp__ProcRoot to its mountPath; the chart does one of them.");

    /// <summary>The host's processes are expected on Kubernetes, and with a proc root that is set.</summary>
    public static Finding Judge(ProcOwnerFacts facts, bool hostExpected)
    {
        if (IsOfOwnFirst(facts))
        {
            return Finding.Ok("the machine's: this process is in the machine's own PID namespace, and so is the procfs");
        }

        if (facts.PidNamespaces > 1)
        {
            return Finding.Ok(
                $"the procfs is of an outer PID namespace ({facts.PidNamespaces - 1} further out), as the host's is in a container");
        }

        if (facts.PidNamespaces == 0)
        {
            return Finding.Warning("the procfs does not show this process: it belongs to another PID namespace", ShowTheHost);
        }

        if (!IsOfThisContainer(facts))
        {
            return Finding.Ok("the procfs is of this process's PID namespace, whose PID 1 is not in a container of its own, as on a node that is itself a container");
        }

        const string Found = "only this container's: PID 1 under the proc root is the container's own, so the host and its other containers are not visible";
        return hostExpected ? Finding.Failed(Found, ShowTheHost) : Finding.Warning(Found, ShowTheHost);
    }

    /// <summary>Whether the procfs is known to be of the machine's own PID namespace, not of a node that is a container.</summary>
    public static bool IsMachines(ProcOwnerFacts facts) => facts.HasKernelThreads || IsOfOwnFirst(facts);

    private static bool IsOfOwnFirst(ProcOwnerFacts facts) =>
        string.Equals(facts.OwnPidNamespace, FirstPidNamespace, StringComparison.Ordinal) && facts.PidNamespaces == 1;

    /// <summary>PID 1 is in the same cgroup as this process, or in that of a container (a pod's pause process).</summary>
    private static bool IsOfThisContainer(ProcOwnerFacts facts)
    {
        CgroupOwner owner = CgroupParser.Parse(Encoding.UTF8.GetBytes(facts.HostCgroup));
        return owner.PodUid is not null || owner.ContainerId is not null
            || string.Equals(facts.HostCgroup, facts.OwnCgroup, StringComparison.Ordinal);
    }
}
