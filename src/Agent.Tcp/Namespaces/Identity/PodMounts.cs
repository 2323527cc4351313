namespace Agent.Tcp.Namespaces.Identity;

/// <summary>
/// <c>/proc/PID/mountinfo</c> to the pod whose container it is. Pure. For processes whose cgroup path does not tell: an
/// agent with a cgroup namespace of its own sees the containers of its own pod as <c>/../ID</c> and itself as <c>/</c>.
/// </summary>
internal static class PodMounts
{
    /// <summary>The root within the mounted file system, which the mount point follows.</summary>
    private const int RootField = 3;

    // 1893 1869 259:1 /var/lib/kubelet/pods/4f8a9ae6-5d1c-4b3e-9b0a-0c5b4c1a2d3e/etc-hosts /etc/hosts rw,relatime - ext4 /dev/root rw
    // 1891 1870 259:1 /var/lib/kubelet/pods/4f8a…/containers/app/5ca1ab1e /dev/termination-log rw,relatime - ext4 /dev/root rw
    // The kubelet mounts both into each container (pkg/kubelet, makeHostsMount and makeMounts). What else is below its
    // directory may be mounted anywhere, also by a program that has the whole of it from the host.
    public static string? Pod(ReadOnlySpan<byte> text)
    {
        foreach (Range line in text.Split((byte)'\n'))
        {
            var fields = new FieldCursor(text[line]);
            if (fields.TrySkip(RootField)
                && fields.TryNext(out ReadOnlySpan<byte> root)
                && fields.TryNext(out ReadOnlySpan<byte> point)
                && IsTheKubelets(point)
                && PodOf(root) is { } uid)
            {
                return uid;
            }
        }

        return null;
    }

    private static bool IsTheKubelets(ReadOnlySpan<byte> point) =>
        point.SequenceEqual("/etc/hosts"u8) || point.SequenceEqual("/dev/termination-log"u8);

    private static string? PodOf(ReadOnlySpan<byte> root)
    {
        int pods = root.LastIndexOf("/pods/"u8);
        if (pods < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = root[(pods + "/pods/".Length)..];
        int end = rest.IndexOf((byte)'/');
        return end > 0 && PodUid.IsUid(rest[..end]) ? PodUid.Normalize(rest[..end]) : null;
    }
}
