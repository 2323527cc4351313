using Agent.Export.Telemetry;

namespace Agent.Export.Spool;

/// <summary>Keeps an index within the bounds of the settings: the oldest go first, and are counted. Not thread-safe.</summary>
internal sealed class SpoolBounds(SpoolSettings settings, SpoolIndex index, SpoolDisk disk, SpoolClock clock, ErrorTally dropped, SpoolLog log)
{
    /// <summary>Drops what is too old or too much.</summary>
    /// <returns>Those whose files are to be deleted.</returns>
    public List<SpoolItem> Enforce()
    {
        List<SpoolItem> doomed = [];
        DropWhile(SpoolDrop.Age, which: null, () => index.Oldest() is { } oldest && IsTooOld(oldest), doomed);
        DropWhile(SpoolDrop.Size, static item => item.InMemory is null, () => index.DiskBytes > settings.MaxBytes, doomed);
        DropWhile(SpoolDrop.Disk, static item => item.InMemory is not null, () => index.MemoryBytes > settings.MaxMemoryBytes, doomed);
        return doomed;
    }

    /// <summary>Takes one out that is lost.</summary>
    public void Forget(SpoolItem item, SpoolDrop why)
    {
        if (index.Remove(item))
        {
            dropped.Add(DeliveryTallies.NameOf(why));
        }
    }

    /// <summary>Its file is looked into before it is dropped by what its name says, which is the wall clock's time.</summary>
    public bool IsTooOld(SpoolItem item)
    {
        bool isAgeKnown = clock.AgeOf(item) <= settings.MaxAge || item.IsBornKnown || disk.TryLearnAge(item);
        return isAgeKnown && clock.AgeOf(item) > settings.MaxAge;
    }

    private void DropWhile(SpoolDrop why, Predicate<SpoolItem>? which, Func<bool> tooMuch, List<SpoolItem> doomed)
    {
        int count = 0;
        while (tooMuch() && index.Oldest(which) is { } item)
        {
            Forget(item, why);
            count++;
            if (item.IsOnDisk)
            {
                doomed.Add(item);
            }
        }

        if (count > 0)
        {
            log.Dropped(why, count);
        }
    }
}
