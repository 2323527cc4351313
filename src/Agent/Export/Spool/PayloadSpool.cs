using Agent.Export.Disk;
using Agent.Export.Protobuf;
using Agent.Export.Telemetry;

namespace Agent.Export.Spool;

/// <summary>
/// Payloads until they are delivered: on disk, and in memory while the disk fails. Bounded in bytes and age, the oldest
/// dropped first. Thread-safe; throws nothing on account of the disk.
/// </summary>
internal sealed class PayloadSpool : IDisposable
{
    /// <summary>After so many failures of its own a payload is sent behind all others.</summary>
    public const int FailuresBeforeOthersGoFirst = 3;

    /// <summary>More files than that are deleted in the background.</summary>
    private const int MaxDeletedAtOnce = 64;

    /// <summary>So many files that cannot be read are tried before the next new export; each costs a fault of the disk.</summary>
    private const int MaxUnreadableAtOnce = 16;

    /// <summary>After that time, a file that could not be read is tried again.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>A new export waits no longer while older ones go from memory to the disk that works again.</summary>
    private static readonly TimeSpan LongestMove = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly SpoolClock _clock;
    private readonly SpoolLog _log;
    private readonly SpoolDisk _disk;
    private readonly TimeProvider _time;
    private readonly ErrorTally _dropped;
    private readonly Lock _lock = new();
    private readonly SpoolIndex _index = new();
    private readonly SpoolBounds _bounds;
    private long _lastSequence;
    private bool _hasOpened;
    private bool _hasUnreadable;
    private volatile bool _isClosed;

    /// <summary>It must be opened before use. A disk that does not answer within the limit counts as failing.</summary>
    public PayloadSpool(
        SpoolSettings settings, SpoolDirectory directory, SpoolClock clock, DeliveryTallies tallies, SpoolLog log, TimeProvider time, TimeSpan? answerLimit = null)
    {
        (_path, _clock, _log, _dropped, _time) = (settings.Path, clock, log, tallies.Dropped, time);
        _disk = new SpoolDisk(directory, log, new DiskThread(answerLimit ?? DiskThread.AnswerLimit));
        _bounds = new SpoolBounds(settings, _index, _disk, clock, tallies.Dropped, log);
    }

    public long Items => Locked(() => _index.Count);

    /// <summary>What is kept takes, on disk and in memory.</summary>
    public long Bytes => Locked(() => _index.DiskBytes + _index.MemoryBytes);

    /// <summary>Takes the directory, and what it holds from before. Safe to call again while that fails, and when it was lost.</summary>
    public void Open()
    {
        lock (_lock)
        {
            if (_disk.TryOpen() is not { } found)
            {
                _index.ForgetDisk();
                return;
            }

            int gone = _index.Adopt(found, ref _lastSequence);
            EnforceBounds();
            if (gone > 0)
            {
                _dropped.Add(DeliveryTallies.NameOf(SpoolDrop.Disk), gone);
                _log.Gone(gone, _path);
            }

            if (!_hasOpened && _index.Count > 0)
            {
                _log.Holds(_path, _index.Count, _index.DiskBytes);
            }

            _hasOpened = true;
        }
    }

    /// <summary>
    /// Writes a payload before it is sent for the first time, so that a process killed meanwhile has not lost it. It is
    /// not kept yet: <see cref="KeepAsync"/> or <see cref="Remove"/> follows.
    /// </summary>
    public async Task<SpoolItem> AdmitAsync(HttpRequestMessage request)
    {
        bool isLost = _disk.IsLost;
        if (isLost)
        {
            Open();
            isLost = _disk.IsLost;
        }

        // A disk that does not answer fails the write at once, and the fault is counted.
        SpoolItem item = Locked(() => _clock.New(++_lastSequence));
        if (!isLost
            && await _disk.TryWriteAsync(item, await OtlpPayload.RentAsync(request))
            && await MoveToDiskAsync(LongestMove) is { } moved)
        {
            _log.Works(SpoolUse.Write, moved);
        }

        return item;
    }

    /// <summary>Keeps a payload that was not delivered, durably, where the disk will have it.</summary>
    /// <returns>Where it is kept, or that there was no room for it.</returns>
    public async Task<ExportOutcome> KeepAsync(SpoolItem item, HttpRequestMessage request)
    {
        if (!item.IsOnDisk || !_disk.TryCommit(item))
        {
            OtlpPayload payload = await OtlpPayload.ReadAsync(request);
            item.InMemory = payload;
            item.Bytes = payload.Message.Length;
        }

        lock (_lock)
        {
            _index.Add(item);
            EnforceBounds();
            return !_index.Contains(item) ? ExportOutcome.Dropped
                : item.InMemory is null ? ExportOutcome.Kept : ExportOutcome.KeptInMemory;
        }
    }

    /// <summary>The payload needs no keeping any more: it was delivered, refused for good, or given up.</summary>
    public void Remove(SpoolItem item)
    {
        // Deleted under the lock, so that a listing at the same time does not find the file.
        lock (_lock)
        {
            _index.Remove(item);
            if (_index.Count == 0)
            {
                _log.Emptied();
            }

            TellWhetherAllCanBeRead();

            if (item.IsOnDisk)
            {
                _disk.TryDelete(item);
            }
        }
    }

    /// <summary>Takes the next payload out for sending; null when there is none. <see cref="Return"/> or <see cref="Remove"/> follows.</summary>
    public (SpoolItem Item, OtlpPayload Payload)? Take()
    {
        int unreadable = 0;
        while (unreadable < MaxUnreadableAtOnce && TakeNext() is { } item)
        {
            if (item.InMemory is { } inMemory)
            {
                return (item, inMemory);
            }

            OtlpPayload? kept = _disk.Read(item, out SpoolDrop? lost);
            if (kept is not null && !_bounds.IsTooOld(item))
            {
                return (item, kept);
            }

            if (kept is not null || lost is not null)
            {
                kept?.Dispose();
                Forget(item, lost);
            }
            else if (TryPostpone(item))
            {
                unreadable++;
            }
            else
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The payload could not be sent; it is still the oldest.</summary>
    public void Return(SpoolItem item)
    {
        lock (_lock)
        {
            item.IsBeingSent = false;
        }
    }

    /// <summary>The payload was not taken, while the collector took another after so many attempts: as often makes one failure of its own.</summary>
    /// <returns>Whether it is one more now.</returns>
    public bool CountOwnFailure(SpoolItem item, int attemptsOfOthers)
    {
        lock (_lock)
        {
            if (++item.FailuresInARow < attemptsOfOthers)
            {
                return false;
            }

            item.FailuresInARow = 0;
            item.OwnFailures++;
            return true;
        }
    }

    /// <summary>Writes what is held in memory, if the disk will have it by now, and gives the directory up.</summary>
    public async Task CloseAsync()
    {
        if (_disk.IsLost && Items > 0)
        {
            Open();
        }

        if (await MoveToDiskAsync(Timeout.InfiniteTimeSpan) is { } moved and > 0)
        {
            _log.Works(SpoolUse.Write, moved);
        }

        int lost = Locked(() => _index.InMemory);
        if (lost > 0)
        {
            _log.LostAtTheEnd(lost, _path);
        }

        Dispose();
    }

    public void Dispose()
    {
        _isClosed = true;
        _disk.Dispose();
    }

    private SpoolItem? TakeNext()
    {
        lock (_lock)
        {
            EnforceBounds();
            TellWhetherAllCanBeRead();
            SpoolItem? item = _index.Next(FailuresBeforeOthersGoFirst, _disk.IsOpen, _time.GetTimestamp());
            if (item is not null)
            {
                item.IsBeingSent = true;
            }

            return item;
        }
    }

    /// <summary>What cannot be read now is read again later, as those behind it may be readable. False when the disk does not answer.</summary>
    private bool TryPostpone(SpoolItem item)
    {
        Return(item);
        if (item.IsUnreadable)
        {
            item.ReadAgain = _time.GetTimestamp() + (long)(ReadAgainAfter.TotalSeconds * _time.TimestampFrequency);
            _hasUnreadable = true;
        }

        return item.IsUnreadable;
    }

    /// <summary>Drops one that is damaged or missing, or else too old.</summary>
    private void Forget(SpoolItem item, SpoolDrop? lost)
    {
        lock (_lock)
        {
            _bounds.Forget(item, lost ?? SpoolDrop.Age);
            if (lost is null)
            {
                _log.Dropped(SpoolDrop.Age, 1);
                _disk.TryDelete(item);
            }
        }
    }

    /// <summary>Called under the lock.</summary>
    private void TellWhetherAllCanBeRead()
    {
        if (_hasUnreadable && !_index.HasUnreadable)
        {
            _hasUnreadable = false;
            _log.ReadsAll();
        }
    }

    /// <summary>Writes what is held in memory, oldest first, for as long as the disk takes it.</summary>
    /// <returns>How many; null when the disk fails.</returns>
    private async Task<int?> MoveToDiskAsync(TimeSpan longest)
    {
        int moved = 0;
        long started = _time.GetTimestamp();
        while (Locked(() => _index.MemoryBytes) > 0
            && _disk.IsOpen
            && (longest < TimeSpan.Zero || _time.GetElapsedTime(started) < longest)
            && Locked(_index.TakeFromMemory) is { InMemory: { } payload } item)
        {
            bool isWritten = await _disk.TryWriteAsync(item, payload) && _disk.TryCommit(item);
            lock (_lock)
            {
                item.InMemory = isWritten ? null : payload;
                item.Bytes = isWritten ? item.Bytes : payload.Message.Length;
                item.IsBeingSent = false;
                _index.Add(item);
                EnforceBounds();
            }

            if (!isWritten)
            {
                return null;
            }

            moved++;
        }

        return moved;
    }

    /// <summary>Drops what is beyond the bounds, and deletes its files. Called under the lock. A spool that is much too large must not hold up the start.</summary>
    private void EnforceBounds()
    {
        List<SpoolItem> doomed = _bounds.Enforce();
        if (doomed.Count > MaxDeletedAtOnce)
        {
            _ = Task.Run(() => doomed.TrueForAll(item =>
            {
                _disk.TryDelete(item);
                return !_isClosed;
            }));
        }
        else
        {
            doomed.ForEach(_disk.TryDelete);
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
