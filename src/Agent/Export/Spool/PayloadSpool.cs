using Agent.Configuration;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Microsoft.Extensions.Logging;

namespace Agent.Export.Spool;

/// <summary>
/// Payloads until they are delivered: on disk, and in memory while the disk will not. Bounded in bytes and age, the
/// oldest dropped first. Thread-safe; throws nothing on account of the disk.
/// </summary>
internal sealed class PayloadSpool : IDisposable
{
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly SpoolLog _log;
    private readonly SpoolDisk _disk;
    private readonly Lock _lock = new();
    private readonly SpoolIndex _index = new();
    private readonly SpoolBounds _bounds;
    private long _lastSequence;

    public PayloadSpool(SpoolSettings settings, ErrorTally dropped, TimeProvider time, ILogger logger)
    {
        (_path, _time) = (settings.Path, time);
        _log = new SpoolLog(settings.Path, settings.MaxMemoryBytes, logger);
        _disk = new SpoolDisk(new SpoolDirectory(settings.Path), _log);
        _bounds = new SpoolBounds(settings, _index, _disk, dropped, _log, time);
    }

    public long Items => Locked(() => _index.Count);

    /// <summary>What is kept takes, on disk and in memory.</summary>
    public long Bytes => Locked(() => _index.DiskBytes + _index.MemoryBytes);

    /// <summary>Takes the directory, and what it holds from before. Safe to call again while that fails.</summary>
    public void Open()
    {
        if (_disk.TryOpen() is not { } found)
        {
            return;
        }

        lock (_lock)
        {
            _lastSequence = _index.Adopt(found, _lastSequence);
            _bounds.Enforce();
        }

        if (found.Count > 0)
        {
            _log.Holds(_path, found.Count, Bytes);
        }
    }

    /// <summary>
    /// Writes a payload before it is sent for the first time, so that a process killed meanwhile has not lost it. It is
    /// not kept yet: <see cref="KeepAsync"/> or <see cref="Remove"/> follows.
    /// </summary>
    public async Task<SpoolItem> AdmitAsync(HttpRequestMessage request)
    {
        if (!_disk.IsOpen)
        {
            Open();
        }

        SpoolItem item = Locked(() => new SpoolItem(++_lastSequence, _time.GetUtcNow()));
        if (_disk.IsOpen && await _disk.TryWriteAsync(item, stream => RequestMessage.CopyAsync(request, stream)))
        {
            _log.DiskWorks(await MoveToDiskAsync());
        }

        return item;
    }

    /// <summary>Keeps a payload that was not delivered, durably, where the disk will have it.</summary>
    public async Task KeepAsync(SpoolItem item, HttpRequestMessage request)
    {
        if (item.IsOnDisk)
        {
            _disk.TryCommit(item);
        }
        else
        {
            OtlpPayload payload = await RequestMessage.ReadAsync(request);
            item.InMemory = payload;
            item.Bytes = payload.Message.Length;
        }

        lock (_lock)
        {
            _index.Add(item);
            _bounds.Enforce();
        }
    }

    /// <summary>The payload needs no keeping any more: it was delivered, or refused for good.</summary>
    public void Remove(SpoolItem item)
    {
        lock (_lock)
        {
            _index.Remove(item);
            if (_index.Count == 0)
            {
                _log.Emptied();
            }
        }

        if (item.IsOnDisk)
        {
            _disk.TryDelete(item);
        }
    }

    /// <summary>Takes the oldest payload out for sending; null when there is none. <see cref="Return"/> or <see cref="Remove"/> follows.</summary>
    public KeptPayload? Take()
    {
        while (true)
        {
            if (TakeOldest() is not { } item)
            {
                return null;
            }

            if (item.InMemory is { } inMemory)
            {
                return new KeptPayload(item, inMemory, null);
            }

            if (_disk.Read(item, out SpoolDrop? lost) is { } kept)
            {
                return kept;
            }

            if (lost is not { } why)
            {
                // The disk fails just now; going on would give up one payload after the other.
                Return(item);
                return null;
            }

            lock (_lock)
            {
                _bounds.Forget(item, why);
            }
        }
    }

    /// <summary>The payload could not be sent; it is still the oldest.</summary>
    public void Return(SpoolItem item)
    {
        lock (_lock)
        {
            item.IsBeingSent = false;
        }
    }

    /// <summary>Writes what is held in memory, if the disk will have it by now, and gives the directory up.</summary>
    public async Task CloseAsync()
    {
        if (!_disk.IsOpen && Items > 0)
        {
            Open();
        }

        await MoveToDiskAsync();
        int lost = Locked(() => _index.InMemory);
        if (lost > 0)
        {
            _log.LostAtTheEnd(lost, _path);
        }

        Dispose();
    }

    public void Dispose() => _disk.Dispose();

    private SpoolItem? TakeOldest()
    {
        lock (_lock)
        {
            _bounds.Enforce();
            SpoolItem? item = _index.Oldest();
            if (item is not null)
            {
                item.IsBeingSent = true;
            }

            return item;
        }
    }

    /// <summary>Writes what is held in memory, oldest first, for as long as the disk takes it.</summary>
    private async Task<int> MoveToDiskAsync()
    {
        int moved = 0;
        while (_disk.IsOpen && Locked(_index.TakeFromMemory) is { InMemory: { } payload } item)
        {
            bool isWritten = await _disk.TryWriteAsync(item, async stream =>
            {
                await stream.WriteAsync(payload.Message);
                return payload.IsGzip;
            });
            if (isWritten)
            {
                _disk.TryCommit(item);
            }

            lock (_lock)
            {
                item.InMemory = isWritten ? null : payload;
                item.IsBeingSent = false;
                _index.Add(item);
                _bounds.Enforce();
            }

            if (!isWritten)
            {
                break;
            }

            moved++;
        }

        return moved;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
