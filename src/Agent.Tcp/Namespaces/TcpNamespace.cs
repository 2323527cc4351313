using System.Globalization;

namespace Agent.Tcp.Namespaces;

/// <summary>One network namespace, and the process through which its tables are read.</summary>
/// <param name="ProcRoot">Where procfs is mounted.</param>
/// <param name="Process">A process in the namespace: a PID, or <c>self</c>.</param>
/// <param name="Kind">Whose it is.</param>
/// <param name="Inode">
/// <c>st_ino</c> of its <c>net/tcp</c>: equal for all its processes, different across namespaces, readable without
/// the privileges that <c>/proc/PID/ns/net</c> asks for. 0 when it cannot be told.
/// </param>
internal sealed record TcpNamespace(string ProcRoot, string Process, NamespaceKind Kind, ulong Inode)
{
    /// <summary><c>ROOT/PID/net/tcp</c>. Never <c>ROOT/net/tcp</c>: that link always leads to the reader's own namespace.</summary>
    public ProcPath Tcp { get; } = ProcPath.OfNet(ProcRoot, Process, "tcp");

    public ProcPath Tcp6 { get; } = ProcPath.OfNet(ProcRoot, Process, "tcp6");

    /// <summary>The attributes that every point of the namespace carries; none for the host's.</summary>
    public KeyValuePair<string, object?>[] Attributes { get; } = Kind == NamespaceKind.Host
        ? []
        : [new("linux.netns.inode", Inode.ToString(CultureInfo.InvariantCulture))];
}
