namespace Agent.Doctor.Checks;

/// <summary>Which network namespaces there are, and whose.</summary>
internal static class NamespacesCheck
{
    public static Finding Judge(NodeView node, bool onKubernetes)
    {
        string found = $"{node.Namespaces} found: {(node.HasHost ? 1 : 0)} of the host, {node.Pods} of pods ({node.NamedPods} with names), "
            + $"{node.Containers} of other containers, {node.Others} of others";
        if (node.Namespaces == 0)
        {
            return Finding.Failed(found, new Mend("Mend what the checks before this one name."));
        }

        return onKubernetes && node is { HasHost: true, Pods: 0 }
            ? Finding.Warning(found, new Mend(
                "No pod is seen although this process runs on Kubernetes: the proc root is not the node's, or all pods of this node are in the host's network.",
                "set hostPID: true, or mount the node's /proc (a hostPath volume) and set Tcp__ProcRoot to its mountPath; the chart does the one or the other."))
            : Finding.Ok(found);
    }
}
