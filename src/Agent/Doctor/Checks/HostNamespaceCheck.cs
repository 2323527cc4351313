using Agent.Tcp;

namespace Agent.Doctor.Checks;

/// <summary>Whether the host's network namespace is known, and whether this process is in it.</summary>
internal static class HostNamespaceCheck
{
    private static readonly Mend SeeProcessOne = new(
        "Let the agent see PID 1 of the node: point Tcp:ProcRoot to the node's procfs; where that is mounted with hidepid, run with the group of its gid= option.",
        "set hostPID: true, or mount the node's /proc (a hostPath volume) and set Tcp__ProcRoot to its mountPath; the chart does the one or the other. For hidepid set podSecurityContext.supplementalGroups to the gid.");

    public static Finding Judge(NodeView node, NamespaceScope scope)
    {
        if (!node.HasHost)
        {
            string found = node.Fault ?? "PID 1 under the proc root is not to be seen";
            return scope == NamespaceScope.Own
                ? Finding.Warning($"{found} Only this process's own namespace is read (Tcp:Namespaces=Own)", SeeProcessOne)
                : Finding.Failed(found, SeeProcessOne);
        }

        string host = $"network namespace {node.HostName} (of PID 1 under the proc root)";
        return Finding.Ok(node switch
        {
            { OwnInode: 0 } => $"{host}; whether this process is in it cannot be told, so it is read by procfs",
            _ when node.OwnInode == node.HostInode => $"{host}; this process is in it, so sock_diag serves it without privileges",
            _ => $"{host}; this process is in another one, {node.OwnName}: without privileges sock_diag serves only that one, "
                + "and the host's is read by procfs at about twice the cost (with hostNetwork: true, by sock_diag)",
        });
    }
}
