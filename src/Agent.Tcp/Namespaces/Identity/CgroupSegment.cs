namespace Agent.Tcp.Namespaces.Identity;

/// <summary>One name of a cgroup path: a pod's, a container's, or neither. Pure.</summary>
internal static class CgroupSegment
{
    /// <summary>All of docker, containerd, CRI-O and podman name a container by a whole SHA-256.</summary>
    public const int ContainerIdLength = 64;

    /// <summary>The UID of a pod's cgroup.</summary>
    /// <remarks>
    /// cgroupfs driver: <c>podUID</c>. systemd driver: <c>kubepods-burstable-podUID.slice</c>, without the QoS level
    /// when it is guaranteed, with <c>kubelet-</c> or another cgroup root before it, underscores for dashes.
    /// </remarks>
    public static bool TryPod(ReadOnlySpan<byte> segment, out ReadOnlySpan<byte> uid)
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
    public static bool TryContainer(ReadOnlySpan<byte> segment, out ReadOnlySpan<byte> id)
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
