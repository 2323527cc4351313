namespace Agent.Export.Spool;

/// <summary>Which payloads are kept, in order, and how much they take. Not thread-safe.</summary>
internal sealed class SpoolIndex
{
    private readonly SortedDictionary<long, SpoolItem> _items = [];

    public int Count => _items.Count;

    public long DiskBytes { get; private set; }

    public long MemoryBytes { get; private set; }

    /// <summary>How many are held in memory.</summary>
    public int InMemory => _items.Values.Count(item => !item.IsOnDisk);

    /// <summary>Takes in what a directory holds. What is in memory came later, and is numbered after it.</summary>
    /// <param name="found">The directory's, oldest first.</param>
    /// <param name="lastSequence">The greatest number given so far.</param>
    /// <returns>The greatest number given now.</returns>
    public long Adopt(List<SpoolItem> found, long lastSequence)
    {
        SpoolItem[] inMemory = [.. _items.Values];
        foreach (SpoolItem item in inMemory)
        {
            Remove(item);
        }

        foreach (SpoolItem item in found)
        {
            Add(item);
            lastSequence = Math.Max(lastSequence, item.Sequence);
        }

        foreach (SpoolItem item in inMemory)
        {
            item.Sequence = ++lastSequence;
            Add(item);
        }

        return lastSequence;
    }

    /// <summary>Takes out the oldest that is in memory and not being sent, to be written; null when there is none.</summary>
    public SpoolItem? TakeFromMemory()
    {
        SpoolItem? item = Oldest(static item => !item.IsOnDisk);
        if (item is not null)
        {
            item.IsBeingSent = true;
            Remove(item);
        }

        return item;
    }

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
