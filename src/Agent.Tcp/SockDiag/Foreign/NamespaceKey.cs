using Agent.Tcp.Namespaces;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>Tells namespaces apart: by discovery's number, or else by the inode, which a held namespace keeps.</summary>
internal readonly record struct NamespaceKey(long Id, ulong Inode)
{
    public static NamespaceKey Of(TcpNamespace space) => space.Id != 0 ? new(space.Id, 0) : new(0, space.Inode);
}
