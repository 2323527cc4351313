using System.Buffers.Text;

namespace Agent.Tcp.Totals;

/// <summary>The hash that the TCP sockets of a namespace are in.</summary>
/// <param name="Buckets">
/// <c>net.ipv4.tcp_ehash_entries</c>: the size of the namespace's own hash, and of the node's in the initial namespace; the
/// latter negated in one that shares it. Null where unknown.
/// </param>
/// <param name="OfChildren">
/// <c>net.ipv4.tcp_child_ehash_entries</c>: the size of a hash for each namespace created from this one; 0 to share the
/// node's. Null where unknown.
/// </param>
internal readonly record struct NamespaceHash(long? Buckets, long? OfChildren);

/// <summary>Reads the two sysctls of Linux 6.1 and later (net/ipv4/sysctl_net_ipv4.c, <c>proc_tcp_ehash_entries</c>).</summary>
internal static class NamespaceHashReader
{
    /// <summary>The setting for namespaces yet to be created, as sysctl(8) calls it.</summary>
    public const string Setting = "net.ipv4.tcp_child_ehash_entries";

    private const int Size = 32;

    private static readonly ProcPath Buckets = NamespaceSysctls.OfIpv4("tcp_ehash_entries");
    private static readonly ProcPath OfChildren = NamespaceSysctls.OfIpv4("tcp_child_ehash_entries");

    /// <summary>Older than either sysctl, and of every namespace.</summary>
    private static readonly ProcPath Old = NamespaceSysctls.OfIpv4("ip_local_port_range");

    /// <summary>Of the initial namespace alone (net/ipv4/sysctl_net_ipv4.c, <c>ipv4_table</c>).</summary>
    private static readonly ProcPath Initial = NamespaceSysctls.OfIpv4("tcp_mem");

    /// <summary>Whether the kernel has the setting: false before Linux 6.1, null where its sysctls are hidden.</summary>
    public static bool? IsInKernel => Exists(OfChildren) ? true : Exists(Old) ? false : null;

    /// <summary>This thread's namespace is surely in the node's hash.</summary>
    public static bool IsOwnShared => Exists(Initial) || IsInKernel == false || Number(new SmallFile(Size), Libc.OpenFile(Buckets.Bytes)) < 0;

    /// <summary>The setting of this thread's namespace.</summary>
    public static long? OfOwnChildren => Number(new SmallFile(Size), Libc.OpenFile(OfChildren.Bytes));

    /// <summary>Unknown where another namespace may not be entered, or the kernel does not tell.</summary>
    public static NamespaceHash Read(TcpNamespace space)
    {
        (int buckets, int ofChildren) = NamespaceSysctls.Open(space, Buckets, OfChildren);
        var file = new SmallFile(Size);
        return new NamespaceHash(Number(file, buckets), Number(file, ofChildren));
    }

    private static bool Exists(ProcPath path) => Libc.Inode(path.Bytes) != 0;

    private static long? Number(SmallFile file, int descriptor) =>
        descriptor >= 0 && Utf8Parser.TryParse(file.Read(descriptor, out int error), out long value, out _) && error == 0 ? value : null;
}
