using System.Diagnostics;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Support.Delivery;

/// <summary>What became of each collection, by its own time, as a receiver saw it. Thread-safe.</summary>
internal sealed class DeliveryLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, CollectionFate> _fates = [];
    private long _lastTaken = Stopwatch.GetTimestamp();

    /// <summary>Requests with a collection in them, refused ones and repeats included.</summary>
    public int Attempts { get; private set; }

    /// <summary>The longest time without one that was taken.</summary>
    public TimeSpan LongestOutage { get; private set; }

    /// <summary>Everything seen, in the order of collection.</summary>
    public IReadOnlyList<CollectionFate> Seen
    {
        get
        {
            lock (_lock)
            {
                return [.. _fates.Values.OrderBy(fate => fate.CollectedAt)];
            }
        }
    }

    /// <summary>The times of the collections that were taken.</summary>
    public IReadOnlyList<ulong> Taken => [.. Seen.Where(one => one.TakenCount > 0).Select(one => one.CollectedAt)];

    /// <summary>How often something arrived that had been taken before.</summary>
    public int Duplicates => Seen.Sum(one => Math.Max(0, one.TakenCount - 1));

    /// <summary>Keeps the account of a receiver: asks <paramref name="choose"/> for each answer.</summary>
    public void Follow(OtlpReceiver receiver, Func<ReceivedExport, OtlpAnswer> choose) => receiver.Answer = (export, _) =>
    {
        OtlpAnswer answer = choose(export);
        Add(export, answer.IsTaken(export.Protocol));
        return Task.FromResult(answer);
    };

    public void Add(ReceivedExport export, bool isTaken)
    {
        if (!export.IsFilled)
        {
            return;
        }

        ulong collectedAt = export.CollectedAt;
        lock (_lock)
        {
            Attempts++;
            if (!_fates.TryGetValue(collectedAt, out CollectionFate? fate))
            {
                _fates[collectedAt] = fate = new CollectionFate(collectedAt);
            }

            fate.Attempts++;
            if (isTaken)
            {
                fate.TakenCount++;
                TimeSpan pause = Stopwatch.GetElapsedTime(_lastTaken);
                _lastTaken = Stopwatch.GetTimestamp();
                LongestOutage = pause > LongestOutage ? pause : LongestOutage;
            }
        }
    }
}
