namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>The namespaces that have a process, by the number of their <c>net/tcp</c>, the oldest first.</summary>
internal sealed class NamespaceTable
{
    private readonly Dictionary<ulong, NamespaceEntry> _byInode = [];
    private readonly List<NamespaceEntry> _entries = [];

    /// <summary>The id that was given last.</summary>
    public long LastId { get; private set; }

    public List<NamespaceEntry> Entries => _entries;

    /// <summary>An id that no namespace had before.</summary>
    public long NextId() => ++LastId;

    public NamespaceEntry GetOrAdd(ulong inode)
    {
        if (!_byInode.TryGetValue(inode, out NamespaceEntry? entry))
        {
            entry = new NamespaceEntry(inode, NextId());
            _byInode.Add(inode, entry);
            _entries.Add(entry);
        }

        return entry;
    }

    /// <summary>Whether a process is known to be in the namespace.</summary>
    public bool HasMembers(ulong inode) => _byInode.TryGetValue(inode, out NamespaceEntry? entry) && entry.Members > 0;

    /// <summary>Drops those without a process: should their number come back, it is another namespace.</summary>
    public void RemoveEmpty(Action<NamespaceEntry> removed)
    {
        for (int index = _entries.Count - 1; index >= 0; index--)
        {
            NamespaceEntry entry = _entries[index];
            if (entry.Members == 0)
            {
                _entries.RemoveAt(index);
                _byInode.Remove(entry.Inode);
                removed(entry);
            }
        }
    }
}
