namespace Agent.Tcp.Namespaces.Identity;

/// <summary>What a cgroup path tells about whose a process is.</summary>
/// <param name="PodUid">The Kubernetes pod's UID, in the spelling of the API; null outside of pods.</param>
/// <param name="ContainerId">64 hexadecimal digits; null outside of containers, and for the pod's own cgroup.</param>
/// <param name="IsCut">
/// A path is told from inside a cgroup namespace (<c>/</c>, <c>/../…</c>), so that its beginning, where a pod stands, is missing.
/// </param>
internal readonly record struct CgroupOwner(string? PodUid, string? ContainerId, bool IsCut = false);
