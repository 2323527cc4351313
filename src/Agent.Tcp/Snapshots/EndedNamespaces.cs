using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Identity;

namespace Agent.Tcp.Snapshots;

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
