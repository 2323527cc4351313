using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Namespaces.PodNames;

/// <summary>The name of a link in <c>/var/log/containers</c>. Pure.</summary>
internal static class ContainerLogName
{
    private const string Suffix = ".log";

    // coredns-7db6d8ff4d-x2x9k_kube-system_coredns-40c0357012….log
    // POD_NAMESPACE_CONTAINER-ID.log (kubelet, logSymlink). Beyond 255 bytes the end of the ID is cut off; a name
    // without the whole of it names no container.
    public static bool TryParse(ReadOnlySpan<char> link, out string containerId, out PodName name)
    {
        containerId = "";
        name = default;
        Span<Range> parts = stackalloc Range[4];
        if (!link.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return false;
        }

        link = link[..^Suffix.Length];
        if (link.Split(parts, '_') != 3)
        {
            return false;
        }

        ReadOnlySpan<char> last = link[parts[2]];
        int dash = last.Length - CgroupSegment.ContainerIdLength - 1;
        if (dash <= 0
            || last[dash] != '-'
            || !Hex.IsHex(last[(dash + 1)..])
            || !PodLogName.IsName(last[..dash])
            || !PodLogName.IsName(link[parts[0]])
            || !PodLogName.IsName(link[parts[1]]))
        {
            return false;
        }

        containerId = last[(dash + 1)..].ToString();
        name = new PodName(link[parts[1]].ToString(), link[parts[0]].ToString());
        return true;
    }
}
