using Agent.Tcp;

namespace Agent.Doctor.Checks;

/// <summary>Whether the namespace that is read first of all has an IPv6 table. Not having one is no fault.</summary>
internal static class Ipv6Check
{
    public static Finding Look(string procRoot, NamespaceScope scope)
    {
        string net = Path.Combine(procRoot, scope == NamespaceScope.Own ? "self" : "1", "net");
        if (!File.Exists(Path.Combine(net, "tcp")))
        {
            return Finding.Skipped($"{net}/tcp cannot be seen, so it cannot be told");
        }

        return Finding.Ok(File.Exists(Path.Combine(net, "tcp6"))
            ? $"present ({net}/tcp6)"
            : $"not in this kernel (no {net}/tcp6): only AF_INET is reported, which is no error");
    }
}
