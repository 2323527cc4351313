using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Namespaces.PodNames;

/// <summary>The name of a directory in <c>/var/log/pods</c>, or of one in a path there. Pure.</summary>
internal static class PodLogName
{
    private const int LongestUid = 36;

    /// <summary>Of a DNS subdomain.</summary>
    private const int LongestName = 253;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-");

    // kube-system_coredns-7db6d8ff4d-x2x9k_4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e
    // NAMESPACE_NAME_UID (kubelet, BuildPodLogsDirectory): neither of the three can hold an underscore.
    public static bool TryParse(ReadOnlySpan<char> directory, out string uid, out PodName name)
    {
        uid = "";
        name = default;
        Span<Range> parts = stackalloc Range[4];
        if (directory.Split(parts, '_') != 3)
        {
            return false;
        }

        ReadOnlySpan<char> last = directory[parts[2]];
        if (last.Length > LongestUid || !IsName(directory[parts[0]]) || !IsName(directory[parts[1]]))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[LongestUid * 3];
        int length = Encoding.UTF8.GetBytes(last, bytes);
        if (!PodUid.IsUid(bytes[..length]))
        {
            return false;
        }

        uid = last.ToString();
        name = new PodName(directory[parts[0]].ToString(), directory[parts[1]].ToString());
        return true;
    }

    /// <summary>Reads where a container's log is: <c>/var/log/pods/NAMESPACE_NAME_UID/CONTAINER/0.log</c>.</summary>
    public static bool TryParseTarget(ReadOnlySpan<char> target, out string uid, out PodName name)
    {
        ReadOnlySpan<char> container = Path.GetDirectoryName(target);
        return TryParse(Path.GetFileName(Path.GetDirectoryName(container)), out uid, out name);
    }

    /// <summary>What the API server lets a pod or a namespace be called (RFC 1123); anything else was not put there by a kubelet.</summary>
    public static bool IsName(ReadOnlySpan<char> text) =>
        !text.IsEmpty && text.Length <= LongestName && !text.ContainsAnyExcept(NameCharacters);
}

/// <summary>What a pod is called, in its Kubernetes namespace.</summary>
internal readonly record struct PodName(string Namespace, string Name);
