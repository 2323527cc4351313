namespace Agent.Export.Spool;

/// <summary>Which payloads are kept, in order, and how much they take. Not thread-safe.</summary>
internal sealed class SpoolIndex
{
    private readonly SortedDictionary<long, SpoolItem> _items = [];

    public int Count => _items.Count;

    public long DiskBytes { get; private set; }

    public long MemoryBytes { get; private set; }

    public IEnumerable<SpoolItem> Items => _items.Values;

    public void Add(SpoolItem item)
    {
        _items.Add(item.Sequence, item);
        Account(item, 1);
    }

    /// <summary>False when it is not there, or no more.</summary>
    public bool Remove(SpoolItem item)
    {
        if (!_items.Remove(item.Sequence))
        {
            return false;
        }

        Account(item, -1);
        return true;
    }

    /// <summary>The oldest that is not being sent and fits; null when there is none.</summary>
    public SpoolItem? Oldest(Predicate<SpoolItem>? fits = null)
    {
        foreach (SpoolItem item in _items.Values)
        {
            if (!item.IsBeingSent && fits?.Invoke(item) != false)
            {
                return item;
            }
        }

        return null;
    }

    private void Account(SpoolItem item, int sign)
    {
        if (item.IsOnDisk)
        {
            DiskBytes += sign * item.Bytes;
        }
        else
        {
            MemoryBytes += sign * item.Bytes;
        }
    }
}
