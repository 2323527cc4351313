using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Namespaces.PodNames;

namespace Agent.Tcp.Namespaces;

/// <summary>Finds the namespaces of a scope under a proc root, again for each snapshot, at the cost of two <c>statx</c>.</summary>
internal sealed class NamespaceResolver(string procRoot, NamespaceScope scope) : INamespaceList
{
    private const string HostProcess = "1";
    private const string OwnProcess = "self";

    private readonly ProcPath _hostTable = ProcPath.OfNet(procRoot, HostProcess, "tcp");
    private readonly ProcPath _ownTable = ProcPath.OfNet(procRoot, OwnProcess, "tcp");
    private TcpNamespace? _namespace;
    private TcpNamespace[] _list = [];

    public IReadOnlyList<TcpNamespace> Refresh(List<ReadError> errors)
    {
        TcpNamespace space = Resolve();
        if (_list.Length == 0 || _list[0] != space)
        {
            _list = [space];
        }

        return _list;
    }

    public void Dispose()
    {
        // Nothing is held between two refreshes.
    }

    public TcpNamespace Resolve()
    {
        ulong host = Libc.Inode(_hostTable.Bytes);
        if (scope != NamespaceScope.Own)
        {
            return Remember(HostProcess, NamespaceKind.Host, host);
        }

        ulong own = Libc.Inode(_ownTable.Bytes);
        bool isHost = own == host && own != 0;
        return Remember(OwnProcess, isHost ? NamespaceKind.Host : NamespaceKind.Other, own);
    }

    private TcpNamespace Remember(string process, NamespaceKind kind, ulong inode)
    {
        if (inode == 0 && _namespace is not null)
        {
            // Its table cannot be found just now: that is no other namespace, and its series go on.
            return _namespace;
        }

        if (_namespace is not { } known || known.Kind != kind || known.Inode != inode)
        {
            _namespace = new TcpNamespace(procRoot, process, kind, inode, Libc.Inode(ProcPath.OfNetns(procRoot, process).Bytes));
        }

        return _namespace;
    }
}

/// <summary>Chooses the list for a scope.</summary>
internal static class NamespaceLists
{
    public static INamespaceList Create(TcpInstrumentationOptions options, TimeProvider time, ILogger logger) =>
        options.Namespaces == NamespaceScope.All
            ? new NamespaceDiscovery(options.ProcRoot, PodNameSource.Create(options, time, logger))
            : new NamespaceResolver(options.ProcRoot, options.Namespaces);
}
