using Agent.Tcp.Namespaces.Discovery;

namespace Agent.Tcp.Scheduling;

/// <summary>Keeps a snapshot for each namespace that lives, and forgets those that have gone.</summary>
/// <param name="groups">What a snapshot is to have room for; null for the connections alone.</param>
/// <param name="rows">Makes what takes the rows of a namespace; null where they are not wanted.</param>
internal sealed class LiveNamespaces(TcpMetricGroups? groups = null, Func<TcpNamespace, ISocketRows>? rows = null)
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
            one.Namespace = space;
            snapshots[index] = one;
        }

        _byId = next;
        Snapshots = snapshots;
    }

    /// <summary>The snapshot of a namespace, null when it has gone.</summary>
    public NamespaceSnapshot? Find(TcpNamespace space) => _byId.GetValueOrDefault(Key(space));

    private NamespaceSnapshot Create(TcpNamespace space) => new(
        space,
        groups is null ? null : SocketSignals.For(groups),
        groups is { Counters: true } ? new NamespaceCounters(space.IsBorn, _ended.Find(space)) : null,
        rows?.Invoke(space));

    /// <summary>Discovery gives ids, from 1; a single namespace is told by its inode, kept apart by its sign.</summary>
    private static long Key(TcpNamespace space) => space.Id != 0 ? space.Id : -(long)space.Inode;
}

/// <summary>
/// What the counters of namespaces held that have no process any more, by their number. A mount can keep such a namespace
/// (CRI-O's pods between two runs of their container, <c>ip netns add</c>), and the next process brings it back with all
/// that it had counted.
/// </summary>
internal sealed class EndedNamespaces
{
    /// <summary>The kernel gives the lowest free number, so there are more only where more lived at a time.</summary>
    public const int Most = 4096;

    private readonly Dictionary<ulong, Ended> _byInode = [];
    private readonly Queue<ulong> _oldest = [];

    /// <summary>Remembers one that has ended.</summary>
    public void Keep(NamespaceSnapshot ended)
    {
        if (ended is not { Namespace: { Inode: not 0 } space, Counters: { ReadAt: not null } counters })
        {
            return;
        }

        if (!_byInode.ContainsKey(space.Inode))
        {
            _oldest.Enqueue(space.Inode);
        }

        _byInode[space.Inode] = new Ended(space.Id, space.Identity, counters.Values);
        if (_oldest.Count > Most)
        {
            _byInode.Remove(_oldest.Dequeue());
        }
    }

    /// <summary>
    /// What the last namespace of this number held; null when none is remembered, or when that was surely another one.
    /// </summary>
    public CounterValues? Find(TcpNamespace space) =>
        _byInode.TryGetValue(space.Inode, out Ended ended) && MayBe(space, ended) ? ended.Values : null;

    private static bool MayBe(TcpNamespace space, Ended ended) =>
        space.Id == ended.Id
        || (space.Identity.IsSameOwner(ended.Identity)
            && (space.Kind != NamespaceKind.Other || PinnedNamespaces.Exist(space.ProcRoot)));

    private readonly record struct Ended(long Id, NamespaceIdentity Identity, CounterValues Values);
}
