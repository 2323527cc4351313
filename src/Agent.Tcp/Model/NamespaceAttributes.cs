namespace Agent.Tcp;

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
