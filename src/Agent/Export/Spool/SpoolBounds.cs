using Agent.Configuration;
using Agent.Export.Telemetry;

namespace Agent.Export.Spool;

/// <summary>Keeps an index within the bounds of the settings: the oldest go first, and are counted. Not thread-safe.</summary>
internal sealed class SpoolBounds(SpoolSettings settings, SpoolIndex index, SpoolDisk disk, ErrorTally dropped, SpoolLog log, TimeProvider time)
{
    public void Enforce()
    {
        DateTimeOffset oldest = time.GetUtcNow() - settings.MaxAge;
        DropWhile(SpoolDrop.Age, which: null, () => index.Oldest()?.Created < oldest);
        DropWhile(SpoolDrop.Size, static item => item.IsOnDisk, () => index.DiskBytes > settings.MaxBytes);
        DropWhile(SpoolDrop.Disk, static item => !item.IsOnDisk, () => index.MemoryBytes > settings.MaxMemoryBytes);
    }

    /// <summary>Takes one out that is lost.</summary>
    public void Forget(SpoolItem item, SpoolDrop why)
    {
        if (index.Remove(item))
        {
            dropped.Add(DeliveryTallies.NameOf(why));
        }
    }

    private void DropWhile(SpoolDrop why, Predicate<SpoolItem>? which, Func<bool> tooMuch)
    {
        while (tooMuch() && index.Oldest(which) is { } item)
        {
            Forget(item, why);
            log.Dropped(why);
            if (item.IsOnDisk)
            {
                disk.TryDelete(item);
            }
        }
    }
}
