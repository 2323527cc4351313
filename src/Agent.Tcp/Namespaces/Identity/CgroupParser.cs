namespace Agent.Tcp.Namespaces.Identity;

/// <summary><c>/proc/PID/cgroup</c>, cgroup v1 and v2, to the pod or container it names. Pure; never throws.</summary>
/// <remarks>
/// A path is read from the outside in, as layouts nest (a pod of a cluster whose nodes are containers): the innermost
/// pod wins, and with it the innermost container inside it; a container counts by itself only outside of any pod.
/// Seen from a cgroup namespace a path begins with <c>/..</c>, or is only <c>/</c>. It then names a pod that is not the
/// reader's own, but only the container of one that is: see <see cref="PodMounts"/>.
/// </remarks>
internal static class CgroupParser
{
    /// <summary>All of docker, containerd, CRI-O and podman name a container by a whole SHA-256.</summary>
    public const int ContainerIdLength = 64;

    // 0::/kubepods.slice/kubepods-pod0c2c…_….slice/cri-containerd-3a31….scope
    // 4:memory:/kubepods/burstable/pod4a163a05-…/40c03570…
    // 9:cpuset:/system.slice/containerd.service/kubepods-besteffort-pod0125ec2f_….slice:cri-containerd:ee4b20e9…
    public static CgroupOwner Parse(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> foundPod = default;
        ReadOnlySpan<byte> foundContainer = default;
        bool isCut = false;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> path = PathOf(text[range]);
            isCut |= path.SequenceEqual("/"u8) || path.StartsWith("/.."u8);
            ReadPath(path, out ReadOnlySpan<byte> pod, out ReadOnlySpan<byte> container);

            // Hierarchies may disagree: one that knows the pod knows best.
            if (foundPod.IsEmpty && !pod.IsEmpty)
            {
                foundPod = pod;
                foundContainer = container;
            }
            else if (foundContainer.IsEmpty && pod.SequenceEqual(foundPod))
            {
                foundContainer = container;
            }
        }

        return new CgroupOwner(
            foundPod.IsEmpty ? null : PodUid.Normalize(foundPod),
            foundContainer.IsEmpty ? null : Encoding.ASCII.GetString(foundContainer),
            foundPod.IsEmpty && isCut);
    }

    /// <summary>What follows <c>hierarchy:controllers:</c>. Paths may hold colons themselves.</summary>
    private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> line)
    {
        for (int colons = 0; colons < 2; colons++)
        {
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                return [];
            }

            line = line[(colon + 1)..];
        }

        // The cgroup has been removed and the process left in it.
        return line.EndsWith(" (deleted)"u8) ? line[..^" (deleted)".Length] : line;
    }

    private static void ReadPath(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> pod, out ReadOnlySpan<byte> container)
    {
        pod = default;
        container = default;

        // containerd without its systemd driver, told systemd names, makes them one: slice:prefix:id.
        foreach (Range range in path.SplitAny((byte)'/', (byte)':'))
        {
            ReadOnlySpan<byte> segment = path[range];
            if (TryPod(segment, out ReadOnlySpan<byte> uid))
            {
                pod = uid;
                container = default;
            }
            else if (TryContainer(segment, out ReadOnlySpan<byte> id))
            {
                container = id;
            }
        }
    }

    /// <summary>The UID of a pod's cgroup.</summary>
    /// <remarks>
    /// cgroupfs driver: <c>podUID</c>. systemd driver: <c>kubepods-burstable-podUID.slice</c>, without the QoS level
    /// when it is guaranteed, with <c>kubelet-</c> or another cgroup root before it, underscores for dashes.
    /// </remarks>
    private static bool TryPod(ReadOnlySpan<byte> segment, out ReadOnlySpan<byte> uid)
    {
        uid = segment;
        if (segment.EndsWith(".slice"u8))
        {
            uid = segment[..^".slice".Length];
            int pod = uid.LastIndexOf("-pod"u8);
            if (pod < 0)
            {
                return false;
            }

            uid = uid[(pod + 1)..];
        }

        if (!uid.StartsWith("pod"u8))
        {
            return false;
        }

        uid = uid["pod".Length..];
        return PodUid.IsUid(uid);
    }

    /// <summary>The id of a container's cgroup.</summary>
    /// <remarks>
    /// cgroupfs: <c>ID</c> or <c>crio-ID</c>. systemd: <c>docker-ID.scope</c>, <c>cri-containerd-ID.scope</c>,
    /// <c>crio-ID.scope</c>, <c>libpod-ID.scope</c>, <c>libpod-payload-ID</c>. A <c>…-conmon-ID</c> holds no
    /// container but the process that watches over it.
    /// </remarks>
    private static bool TryContainer(ReadOnlySpan<byte> segment, out ReadOnlySpan<byte> id)
    {
        id = segment.EndsWith(".scope"u8) ? segment[..^".scope".Length] : segment;
        if (id.Length < ContainerIdLength)
        {
            return false;
        }

        ReadOnlySpan<byte> prefix = id[..^ContainerIdLength];
        id = id[^ContainerIdLength..];
        return Hex.IsHex(id)
            && (prefix.IsEmpty || prefix.EndsWith("-"u8))
            && !prefix.EndsWith("conmon-"u8);
    }
}

/// <summary>What a cgroup path tells about whose a process is.</summary>
/// <param name="PodUid">The Kubernetes pod's UID, in the spelling of the API; null outside of pods.</param>
/// <param name="ContainerId">64 hexadecimal digits; null outside of containers, and for the pod's own cgroup.</param>
/// <param name="IsCut">
/// A path is told from inside a cgroup namespace (<c>/</c>, <c>/../…</c>), so that its beginning, where a pod stands, is missing.
/// </param>
internal readonly record struct CgroupOwner(string? PodUid, string? ContainerId, bool IsCut = false)
{
    /// <summary>Whose a namespace is that the process stands for.</summary>
    public NamespaceIdentity Identity => this switch
    {
        { PodUid: not null } => new(NamespaceKind.Pod, PodUid: PodUid),
        { ContainerId: not null } => new(NamespaceKind.Container, ContainerId: ContainerId),
        _ => NamespaceIdentity.Other,
    };
}
