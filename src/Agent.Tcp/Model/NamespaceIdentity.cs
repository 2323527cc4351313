namespace Agent.Tcp;

/// <summary>Whose a namespace is. Compared by value.</summary>
/// <param name="Kind">The sort of owner.</param>
/// <param name="PodUid">Of a pod.</param>
/// <param name="PodName">Of a pod, where it is known.</param>
/// <param name="PodNamespace">The Kubernetes namespace of a pod, where it is known.</param>
/// <param name="ContainerId">Of a container outside of pods: the containers of a pod share its namespace.</param>
internal sealed record NamespaceIdentity(
    NamespaceKind Kind,
    string? PodUid = null,
    string? PodName = null,
    string? PodNamespace = null,
    string? ContainerId = null)
{
    public static NamespaceIdentity Host { get; } = new(NamespaceKind.Host);

    public static NamespaceIdentity Other { get; } = new(NamespaceKind.Other);

    /// <summary>How much it tells: a pod more than a container, a container more than nothing.</summary>
    public int Rank => Kind switch
    {
        NamespaceKind.Pod => 2,
        NamespaceKind.Container => 1,
        _ => 0,
    };

    /// <summary>Whether both name the same owner, its name aside: a name can be learned later.</summary>
    public bool IsSameOwner(NamespaceIdentity other) =>
        Kind == other.Kind
        && string.Equals(PodUid, other.PodUid, StringComparison.Ordinal)
        && string.Equals(ContainerId, other.ContainerId, StringComparison.Ordinal);
}

/// <summary>Whose a network namespace is.</summary>
internal enum NamespaceKind : byte
{
    /// <summary>The host's: that of PID 1 under the proc root.</summary>
    Host = 0,

    /// <summary>Unknown owner.</summary>
    Other = 1,

    /// <summary>A Kubernetes pod's.</summary>
    Pod = 2,

    /// <summary>A container's outside of pods.</summary>
    Container = 3,
}

internal static class NamespaceKinds
{
    public static string JsonValue(this NamespaceKind kind) => $"{kind}".ToLowerInvariant();
}

/// <summary>The attributes that every point of a namespace carries: the contract with dashboards and alerts.</summary>
internal static class NamespaceAttributes
{
    public const string PodUid = "k8s.pod.uid";
    public const string PodName = "k8s.pod.name";
    public const string PodNamespace = "k8s.namespace.name";
    public const string ContainerId = "container.id";
    public const string Inode = "linux.netns.inode";
    public const string Id = "linux.netns.id";

    public static KeyValuePair<string, object?>[] Of(NamespaceIdentity identity, ulong tableInode, ulong netnsInode) => identity switch
    {
        { Kind: NamespaceKind.Host } => [],
        { PodUid: { } uid, PodName: { } name } => [new(PodUid, uid), new(PodName, name), new(PodNamespace, identity.PodNamespace)],
        { Kind: NamespaceKind.Pod } => [new(PodUid, identity.PodUid)],
        { Kind: NamespaceKind.Container } => [new(ContainerId, identity.ContainerId)],
        _ when netnsInode != 0 => [new(Inode, netnsInode.ToString(CultureInfo.InvariantCulture))],
        _ => [new(Id, tableInode.ToString(CultureInfo.InvariantCulture))],
    };
}
