using Agent.Tcp.Namespaces;

namespace Agent.Tcp.Snapshots;

/// <summary>Keeps a snapshot for each namespace that lives, and forgets those that have gone.</summary>
/// <param name="groups">What a snapshot is to have room for; null for the connections alone.</param>
internal sealed class LiveNamespaces(TcpMetricGroups? groups = null)
{
    private readonly EndedNamespaces _ended = new();
    private Dictionary<long, NamespaceSnapshot> _byId = [];
    private IReadOnlyList<TcpNamespace>? _list;

    public IReadOnlyList<NamespaceSnapshot> Snapshots { get; private set; } = [];

    /// <summary>Takes over the list; the same list as last time costs nothing.</summary>
    public void Update(IReadOnlyList<TcpNamespace> list)
    {
        if (ReferenceEquals(list, _list))
        {
            return;
        }

        _list = list;
        var next = new Dictionary<long, NamespaceSnapshot>(list.Count);
        var snapshots = new NamespaceSnapshot[list.Count];
        foreach (TcpNamespace space in list)
        {
            if (_byId.Remove(Key(space), out NamespaceSnapshot? known))
            {
                next[Key(space)] = known;
            }
        }

        // Before any is made: one that begins may have the number of one that has ended.
        foreach (NamespaceSnapshot ended in _byId.Values)
        {
            _ended.Keep(ended);
        }

        for (int index = 0; index < snapshots.Length; index++)
        {
            TcpNamespace space = list[index];
            NamespaceSnapshot one = next.GetValueOrDefault(Key(space)) ?? (next[Key(space)] = Create(space));
            one.Follow(space);
            snapshots[index] = one;
        }

        _byId = next;
        Snapshots = snapshots;
    }

    /// <summary>The snapshot of a namespace, null when it has gone.</summary>
    public NamespaceSnapshot? Find(TcpNamespace space) => _byId.GetValueOrDefault(Key(space));

    private NamespaceSnapshot Create(TcpNamespace space) => new()
    {
        Status = NamespaceStatus.Deferred,
        Signals = groups is null ? null : SocketSignals.For(groups),
        Counters = groups is { Counters: true } ? new NamespaceCounters(space.IsBorn, _ended.Find(space)) : null,
    };

    /// <summary>Discovery gives ids, from 1; a single namespace is told by its inode, kept apart by its sign.</summary>
    private static long Key(TcpNamespace space) => space.Id != 0 ? space.Id : -(long)space.Inode;
}
