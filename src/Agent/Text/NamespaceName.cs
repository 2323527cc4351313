using Agent.Tcp;
using Agent.Tcp.Namespaces.Identity;

namespace Agent.Text;

/// <summary>What people call a namespace.</summary>
internal static class NamespaceName
{
    /// <summary>As container tools abbreviate ids.</summary>
    private const int ShortId = 12;

    public static string Of(TcpNamespace space) => space.Identity switch
    {
        { Kind: NamespaceKind.Host } => "host",
        { PodName: { } name } identity => $"pod {identity.PodNamespace}/{name}",
        { PodUid: { } uid } => $"pod {uid}",
        { ContainerId: { } id } => $"container {id[..Math.Min(id.Length, ShortId)]}",
        _ when space.NetnsInode != 0 => $"netns {space.NetnsInode}",
        _ => space.Inode == 0 ? "other" : $"netns id {space.Inode}",
    };
}
