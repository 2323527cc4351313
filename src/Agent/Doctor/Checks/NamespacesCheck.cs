namespace Agent.Doctor.Checks;

/// <summary>How many network namespaces are found, by owner.</summary>
internal static class NamespacesCheck
{
    private const string ByFile = " that only an open file or socket keeps alive";

    private const string ByFileOrMount =
        ", kept alive by a mount (ip netns add), which needs CAP_SYS_ADMIN and CAP_SYS_PTRACE to read, or by an open file or socket";

    public static Finding Judge(NodeView node, bool onKubernetes, bool mayEnter)
    {
        string found = $"{node.Namespaces} found: {(node.HasHost ? 1 : 0)} of the host, {node.Pods} of pods ({node.NamedPods} with names), "
            + $"{node.Containers} of other containers, {node.Others} of unknown owners; not found are those without a process or thread{(mayEnter ? ByFile : ByFileOrMount)}";
        if (node.Namespaces == 0)
        {
            return Finding.Failed(found, new Fix("Fix what the checks above name."));
        }

        return onKubernetes && node is { HasHost: true, Pods: 0 }
            ? Finding.Warning(found, new Fix(
                "This process runs on Kubernetes but sees no pod: the proc root is not the node's, or all pods of this node are in the host's network.",
                "set hostPID: true, or mount the node's /proc (a hostPath volume) and set Tcp__ProcRoot to its mountPath; the chart does one of them."))
            : Finding.Ok(found);
    }
}
