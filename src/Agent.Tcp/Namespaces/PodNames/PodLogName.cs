using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Namespaces.PodNames;

/// <summary>The names that a kubelet gives to logs: in <c>/var/log/pods</c>, or in a path there, and in <c>/var/log/containers</c>. Pure.</summary>
internal static class PodLogName
{
    private const string LinkSuffix = ".log";
    private const int LongestUid = 36;

    /// <summary>Of a DNS subdomain.</summary>
    private const int LongestName = 253;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    /// <summary>The name of a directory in <c>/var/log/pods</c>.</summary>
    // kube-system_coredns-7db6d8ff4d-x2x9k_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e
    // NAMESPACE_NAME_UID (kubelet, BuildPodLogsDirectory): neither of the three can hold an underscore.
    public static bool TryParse(ReadOnlySpan<char> directory, out string uid, out PodName name)
    {
        bool isPods = TrySplit(directory, out ReadOnlySpan<char> space, out ReadOnlySpan<char> pod, out ReadOnlySpan<char> last) && IsUid(last);
        uid = isPods ? last.ToString() : "";
        name = isPods ? new PodName(space.ToString(), pod.ToString()) : default;
        return isPods;
    }

    /// <summary>The name of a link in <c>/var/log/containers</c>.</summary>
    // coredns-7db6d8ff4d-x2x9k_kube-system_coredns-40c0357012….log
    // POD_NAMESPACE_CONTAINER-ID.log (kubelet, logSymlink). Beyond 255 bytes the end of the ID is cut off; a name
    // without the whole of it names no container.
    public static bool TryParseLink(ReadOnlySpan<char> link, out string containerId, out PodName name)
    {
        ReadOnlySpan<char> text = link.EndsWith(LinkSuffix) ? link[..^LinkSuffix.Length] : default;
        bool isPods = TrySplit(text, out ReadOnlySpan<char> pod, out ReadOnlySpan<char> space, out ReadOnlySpan<char> last) && IsContainer(last);
        containerId = isPods ? last[^CgroupParser.ContainerIdLength..].ToString() : "";
        name = isPods ? new PodName(space.ToString(), pod.ToString()) : default;
        return isPods;
    }

    /// <summary>Reads where a container's log is: <c>/var/log/pods/NAMESPACE_NAME_UID/CONTAINER/0.log</c>.</summary>
    public static bool TryParseTarget(ReadOnlySpan<char> target, out string uid, out PodName name)
    {
        ReadOnlySpan<char> container = Path.GetDirectoryName(target);
        return TryParse(Path.GetFileName(Path.GetDirectoryName(container)), out uid, out name);
    }

    /// <summary>Two names and something else, with underscores between them.</summary>
    private static bool TrySplit(
        ReadOnlySpan<char> text, out ReadOnlySpan<char> first, out ReadOnlySpan<char> second, out ReadOnlySpan<char> last)
    {
        Span<Range> parts = stackalloc Range[4];
        bool areThree = text.Split(parts, '_') == 3;
        first = areThree ? text[parts[0]] : default;
        second = areThree ? text[parts[1]] : default;
        last = areThree ? text[parts[2]] : default;
        return IsName(first) && IsName(second);
    }

    private static bool IsUid(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[LongestUid * 3];
        return text.Length <= LongestUid && PodUid.IsUid(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private static bool IsContainer(ReadOnlySpan<char> text)
    {
        int dash = text.Length - CgroupParser.ContainerIdLength - 1;
        return dash > 0 && text[dash] == '-' && Hex.IsHex(text[(dash + 1)..]) && IsName(text[..dash]);
    }

    /// <summary>What the API server lets a pod or a namespace be called (RFC 1123); anything else was not put there by a kubelet.</summary>
    private static bool IsName(ReadOnlySpan<char> text) =>
        !text.IsEmpty && text.Length <= LongestName && !text.ContainsAnyExcept(NameCharacters);
}

/// <summary>What a pod is called, in its Kubernetes namespace.</summary>
internal readonly record struct PodName(string Namespace, string Name);
