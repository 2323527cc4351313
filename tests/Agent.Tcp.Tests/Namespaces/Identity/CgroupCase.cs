namespace Agent.Tcp.Tests.Namespaces.Identity;

/// <summary>A <c>/proc/PID/cgroup</c> and whose it is.</summary>
internal sealed record CgroupCase(string Text, string? PodUid = null, string? ContainerId = null);
