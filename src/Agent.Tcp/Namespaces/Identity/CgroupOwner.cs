namespace Agent.Tcp.Namespaces.Identity;

/// <summary>What a cgroup path tells about whose a process is.</summary>
/// <param name="PodUid">The Kubernetes pod's UID, in the spelling of the API; null outside of pods.</param>
/// <param name="ContainerId">64 hexadecimal digits; null outside of containers, and for the pod's own cgroup.</param>
internal readonly record struct CgroupOwner(string? PodUid, string? ContainerId);
