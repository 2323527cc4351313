namespace Agent.Tcp;

/// <summary>One network namespace, and the process through which its tables are read.</summary>
/// <param name="ProcRoot">Where procfs is mounted.</param>
/// <param name="Process">A process in the namespace: a PID, or <c>self</c>.</param>
/// <param name="Identity">Whose it is.</param>
/// <param name="Inode">
/// <c>st_ino</c> of its <c>net/tcp</c>: equal for all its processes, different across namespaces, readable without
/// the privileges that <c>/proc/PID/ns/net</c> asks for. 0 when it is unknown. The kernel gives the number again
/// when the namespace has gone; <see cref="Id"/> it does not.
/// </param>
/// <param name="Id">
/// Tells namespaces apart over time: one that is read through another process from now on, or whose pod's name has
/// been learned, is another instance with the same id. 0 outside of discovery.
/// </param>
/// <param name="NetnsInode">
/// The namespace's own inode, as <c>lsns -t net</c> and <c>stat -Lc %i /run/netns/NAME</c> show it; 0 where <c>/proc/PID/ns/net</c> may not be read.
/// </param>
internal sealed record TcpNamespace(
    string ProcRoot, string Process, NamespaceIdentity Identity, ulong Inode, long Id = 0, ulong NetnsInode = 0)
{
    /// <summary>A namespace of which only the kind is known.</summary>
    public TcpNamespace(string procRoot, string process, NamespaceKind kind, ulong inode, ulong netnsInode = 0)
        : this(procRoot, process, new NamespaceIdentity(kind), inode, NetnsInode: netnsInode)
    {
    }

    public NamespaceKind Kind => Identity.Kind;

    /// <summary>It began while discovery watched: all that its counters hold has happened since. False where that is unknown.</summary>
    public bool IsBorn { get; init; }

    /// <summary><c>ROOT/PID/net/tcp</c>. Never <c>ROOT/net/tcp</c>: that link always leads to the reader's own namespace.</summary>
    public ProcPath Tcp { get; } = ProcPath.OfNet(ProcRoot, Process, "tcp");

    public ProcPath Tcp6 { get; } = ProcPath.OfNet(ProcRoot, Process, "tcp6");

    public ProcPath Sockstat { get; } = ProcPath.OfNet(ProcRoot, Process, "sockstat");

    public ProcPath Sockstat6 { get; } = ProcPath.OfNet(ProcRoot, Process, "sockstat6");

    public ProcPath Snmp { get; } = ProcPath.OfNet(ProcRoot, Process, "snmp");

    public ProcPath Netstat { get; } = ProcPath.OfNet(ProcRoot, Process, "netstat");

    /// <summary>The attributes that every point of the namespace carries; none for the host's.</summary>
    /// <remarks>Two namespaces can carry the same: a container inside a pod that has one of its own is the pod's too.</remarks>
    public KeyValuePair<string, object?>[] Attributes { get; } = NamespaceAttributes.Of(Identity, Inode, NetnsInode);
}

/// <summary>A path, as text for people and, encoded once, as the bytes that system calls take.</summary>
internal sealed class ProcPath(string path)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>UTF-8, with the closing NUL byte.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    public static ProcPath OfNet(string procRoot, string process, string file) =>
        new($"{procRoot.TrimEnd('/')}/{process}/net/{file}");

    /// <summary>The link to a process's network namespace. To follow it takes the right to trace the process (ptrace).</summary>
    public static ProcPath OfNetns(string procRoot, string process) => new($"{procRoot.TrimEnd('/')}/{process}/ns/net");

    public override string ToString() => path;
}
