namespace Agent.Doctor.Checks;

/// <summary>Whether the host's network namespace is known, and whether this process is in it.</summary>
internal static class HostNamespaceCheck
{
    private static readonly Fix SeeProcessOne = new(
        "Let the agent see PID 1 of the node: set Tcp:ProcRoot to the node's procfs; where that is mounted with hidepid, run the agent with the group of its gid= option.",
        "set hostPID: true, or mount the node's /proc (a hostPath volume) and set Tcp__ProcRoot to its mountPath; the chart does one of them. For hidepid, set podSecurityContext.supplementalGroups to the gid.");

    public static Finding Judge(NodeView node, NamespaceScope scope)
    {
        if (!node.HasHost)
        {
            string found = node.Fault ?? "PID 1 under the proc root is not visible";
            return scope == NamespaceScope.Own
                ? Finding.Warning($"{found} Only this process's own namespace is read (Tcp:Namespaces=Own)", SeeProcessOne)
                : Finding.Failed(found, SeeProcessOne);
        }

        string host = $"network namespace {node.HostName} (of PID 1 under the proc root)";
        return Finding.Ok(node switch
        {
            { OwnInode: 0 } => $"{host}; whether this process is in it is unknown, so it is read by procfs",
            _ when node.OwnInode == node.HostInode => $"{host}; this process is in it, so sock_diag reads it without privileges",
            _ => $"{host}; this process is in another one, {node.OwnName}: without privileges sock_diag reads only that one, "
                + "and the host's is read by procfs at about twice the cost (with hostNetwork: true, by sock_diag)",
        });
    }
}

/// <summary>Whether the host's namespace, or the only one that is read, has an IPv6 table. Not having one is not a fault.</summary>
internal static class Ipv6Check
{
    public static Finding Look(string procRoot, NamespaceScope scope)
    {
        string net = Path.Combine(procRoot, scope == NamespaceScope.Own ? "self" : "1", "net");
        if (!File.Exists(Path.Combine(net, "tcp")))
        {
            return Finding.Skipped($"unknown, because {net}/tcp is not visible");
        }

        return Finding.Ok(File.Exists(Path.Combine(net, "tcp6"))
            ? $"present ({net}/tcp6)"
            : $"not in this kernel (no {net}/tcp6): only AF_INET is reported, which is not an error");
    }
}
