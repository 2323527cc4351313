namespace Agent.Export.Spool;

/// <summary>Which payloads are kept, in order, and how much they take. Not thread-safe.</summary>
internal sealed class SpoolIndex
{
    /// <summary>Two files may have one number, where spools were merged or a lock was deleted.</summary>
    private static readonly Comparer<SpoolItem> ByAge = Comparer<SpoolItem>.Create(static (one, other) =>
        one.Sequence.CompareTo(other.Sequence) is not 0 and int order ? order : one.Milliseconds.CompareTo(other.Milliseconds));

    private readonly SortedSet<SpoolItem> _items = new(ByAge);

    public int Count => _items.Count;

    public long DiskBytes { get; private set; }

    public long MemoryBytes { get; private set; }

    /// <summary>Some could not be read the last time.</summary>
    public bool HasUnreadable => _items.Any(static item => item.IsUnreadable);

    /// <summary>How many are held in memory.</summary>
    public int InMemory => _items.Count(static item => item.InMemory is not null);

    /// <summary>Takes in what a directory holds. What is in memory came later, and is numbered after it.</summary>
    /// <param name="found">The directory's.</param>
    /// <param name="lastSequence">The greatest number given so far; the greatest given now.</param>
    /// <returns>How many there were on disk and are not any more.</returns>
    public int Adopt(IReadOnlyCollection<SpoolItem> found, ref long lastSequence)
    {
        SpoolItem[] known = [.. _items];
        Clear();
        foreach (SpoolItem item in found)
        {
            Add(item);
            lastSequence = Math.Max(lastSequence, item.Sequence);
        }

        int gone = 0;
        foreach (SpoolItem item in known)
        {
            if (item.IsOnDisk && Remove(item))
            {
                Add(item);
            }
            else if (item.InMemory is not null)
            {
                item.IsOnDisk = false;
                item.Sequence = ++lastSequence;
                Add(item);
            }
            else if (!item.IsBeingSent)
            {
                gone++;
            }
        }

        return gone;
    }

    /// <summary>The directory is not this agent's any more: what is only in it is for another agent to send.</summary>
    public void ForgetDisk()
    {
        SpoolItem[] known = [.. _items];
        Clear();
        foreach (SpoolItem item in known.Where(static item => item.InMemory is not null))
        {
            Add(item);
        }
    }

    /// <summary>Takes out the oldest that is in memory and not being sent, to be written; null when there is none.</summary>
    public SpoolItem? TakeFromMemory()
    {
        SpoolItem? item = MemoryBytes > 0 ? Oldest(static item => item.InMemory is not null) : null;
        if (item is not null)
        {
            item.IsBeingSent = true;
            Remove(item);
        }

        return item;
    }

    public void Add(SpoolItem item)
    {
        if (_items.Add(item))
        {
            Account(item, 1);
        }
    }

    /// <summary>False when it is not there, or no more.</summary>
    public bool Remove(SpoolItem item)
    {
        bool isThere = _items.TryGetValue(item, out SpoolItem? there) && _items.Remove(there);
        if (isThere)
        {
            Account(there!, -1);
        }

        return isThere;
    }

    public bool Contains(SpoolItem item) => _items.Contains(item);

    /// <summary>The oldest that is not being sent and fits; null when there is none.</summary>
    public SpoolItem? Oldest(Predicate<SpoolItem>? fits = null) =>
        _items.FirstOrDefault(item => !item.IsBeingSent && fits?.Invoke(item) != false);

    /// <summary>The next to be sent: the oldest, but behind all others those that have failed so often by themselves, and not yet again what could not be read.</summary>
    public SpoolItem? Next(int ownFailures, bool isDiskOpen, long now)
    {
        IEnumerable<SpoolItem> ready = _items.Where(item => !item.IsBeingSent
            && (item.InMemory is not null || (isDiskOpen && !(item.IsUnreadable && item.ReadAgain > now))));
        return ready.FirstOrDefault(item => item.OwnFailures < ownFailures) ?? ready.MinBy(static item => item.OwnFailures);
    }

    private void Clear()
    {
        _items.Clear();
        (DiskBytes, MemoryBytes) = (0, 0);
    }

    private void Account(SpoolItem item, int sign)
    {
        if (item.InMemory is null)
        {
            DiskBytes += sign * item.Bytes;
        }
        else
        {
            MemoryBytes += sign * item.Bytes;
        }
    }
}
