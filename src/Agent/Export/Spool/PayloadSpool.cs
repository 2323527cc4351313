using System.Buffers;
using Agent.Configuration;
using Agent.Export.Telemetry;
using Agent.Export.Transport;
using Agent.Text;
using Microsoft.Extensions.Logging;

namespace Agent.Export.Spool;

/// <summary>
/// Payloads until they are delivered: on disk, and in memory while the disk will not. Bounded in bytes and age, the
/// oldest dropped first. Thread-safe; throws nothing on account of the disk.
/// </summary>
internal sealed class PayloadSpool : IDisposable
{
    /// <summary>A file that cannot be read so often is given up, for those behind it.</summary>
    private const int MaxReadFailures = 3;

    private readonly SpoolSettings _settings;
    private readonly TimeProvider _time;
    private readonly ErrorTally _dropped;
    private readonly SpoolDirectory _directory;
    private readonly SpoolLog _log;
    private readonly Lock _lock = new();
    private readonly SpoolIndex _index = new();
    private long _lastSequence;

    public PayloadSpool(SpoolSettings settings, ErrorTally dropped, TimeProvider time, ILogger logger)
    {
        (_settings, _dropped, _time) = (settings, dropped, time);
        _directory = new SpoolDirectory(settings.Path);
        _log = new SpoolLog(settings.Path, settings.MaxMemoryBytes, logger);
    }

    public long Items => Locked(() => _index.Count);

    /// <summary>What is kept takes, on disk and in memory.</summary>
    public long Bytes => Locked(() => _index.DiskBytes + _index.MemoryBytes);

    /// <summary>Takes the directory, and what it holds from before. Safe to call again while that fails.</summary>
    public void Open()
    {
        try
        {
            List<SpoolItem> found = _directory.Open();
            lock (_lock)
            {
                Adopt(found);
                EnforceBounds();
            }

            if (found.Count > 0)
            {
                _log.Holds(_settings.Path, found.Count, Bytes);
            }
        }
        catch (Exception exception) when (IsDiskFault(exception))
        {
            _directory.Dispose();
            _log.DiskFails(exception);
        }
    }

    /// <summary>
    /// Writes a payload before it is sent for the first time, so that a process killed meanwhile has not lost it. It is
    /// not kept yet: <see cref="KeepAsync"/> or <see cref="Remove"/> follows.
    /// </summary>
    public async Task<SpoolItem> AdmitAsync(HttpRequestMessage request)
    {
        if (!_directory.IsOpen)
        {
            Open();
        }

        SpoolItem item = Next();
        if (_directory.IsOpen && await TryWriteAsync(item, stream => RequestMessage.CopyAsync(request, stream)))
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
            Try(() => _directory.Commit(item));
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
            EnforceBounds();
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
            Try(() => _directory.Delete(item));
        }
    }

    /// <summary>Takes the oldest payload out for sending; null when there is none. <see cref="Return"/> or <see cref="Remove"/> follows.</summary>
    public KeptPayload? Take()
    {
        while (true)
        {
            SpoolItem? item;
            lock (_lock)
            {
                EnforceBounds();
                item = _index.Oldest();
                if (item is null)
                {
                    return null;
                }

                item.IsBeingSent = true;
            }

            if (Read(item) is { } kept)
            {
                return kept;
            }

            if (!Locked(() => item.IsBeingSent))
            {
                // The disk fails just now; going on would give up one payload after the other.
                return null;
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
        if (!_directory.IsOpen && Items > 0)
        {
            Open();
        }

        await MoveToDiskAsync();
        int lost = Locked(() => _index.Items.Count(item => !item.IsOnDisk));
        if (lost > 0)
        {
            _log.LostAtTheEnd(lost, _settings.Path);
        }

        Dispose();
    }

    public void Dispose() => _directory.Dispose();

    private static bool IsDiskFault(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private SpoolItem Next() => Locked(() => new SpoolItem(++_lastSequence, _time.GetUtcNow()));

    /// <summary>What is in memory came later than all that the directory holds.</summary>
    private void Adopt(List<SpoolItem> found)
    {
        SpoolItem[] inMemory = [.. _index.Items];
        foreach (SpoolItem item in inMemory)
        {
            _index.Remove(item);
        }

        foreach (SpoolItem item in found)
        {
            _index.Add(item);
            _lastSequence = Math.Max(_lastSequence, item.Sequence);
        }

        foreach (SpoolItem item in inMemory)
        {
            item.Sequence = ++_lastSequence;
            _index.Add(item);
        }
    }

    private async Task<int> MoveToDiskAsync()
    {
        int moved = 0;
        while (Locked(() => TakeFromMemory()) is { InMemory: { } payload } item)
        {
            bool written = _directory.IsOpen && await TryWriteAsync(item, async stream =>
            {
                await stream.WriteAsync(payload.Message);
                return payload.IsGzip;
            });
            if (written)
            {
                Try(() => _directory.Commit(item));
            }

            lock (_lock)
            {
                item.InMemory = written ? null : payload;
                _index.Add(item);
                item.IsBeingSent = false;
                EnforceBounds();
            }

            if (!written)
            {
                break;
            }

            moved++;
        }

        return moved;
    }

    private SpoolItem? TakeFromMemory()
    {
        SpoolItem? item = _index.Oldest(static item => !item.IsOnDisk);
        if (item is not null)
        {
            item.IsBeingSent = true;
            _index.Remove(item);
        }

        return item;
    }

    private async Task<bool> TryWriteAsync(SpoolItem item, Func<Stream, Task<bool>> copyTo)
    {
        try
        {
            await _directory.WriteAsync(item, copyTo);
            return true;
        }
        catch (Exception exception) when (IsDiskFault(exception))
        {
            _log.DiskFails(exception);
            return false;
        }
    }

    private KeptPayload? Read(SpoolItem item)
    {
        if (item.InMemory is { } inMemory)
        {
            return new KeptPayload(item, inMemory, null);
        }

        string name = SpoolFileName.Of(item.Sequence, item.Created);
        try
        {
            if (_directory.Read(item, out byte[] buffer) is { } payload)
            {
                return new KeptPayload(item, payload, buffer);
            }

            ArrayPool<byte>.Shared.Return(buffer);
            Forget(item, SpoolDrop.Corrupt);
            _log.SetAside(name, _directory.SetAside(item));
        }
        catch (Exception exception) when (IsDiskFault(exception))
        {
            bool isGone = exception is FileNotFoundException or DirectoryNotFoundException;
            if (isGone || ++item.ReadFailures >= MaxReadFailures)
            {
                Forget(item, SpoolDrop.Disk);
                _log.Unreadable(name, IoFaults.Describe(exception).TrimEnd('.'));
                return null;
            }

            Return(item);
            _log.DiskFails(exception);
        }

        return null;
    }

    /// <summary>False when that was done before.</summary>
    private bool Forget(SpoolItem item, SpoolDrop why)
    {
        lock (_lock)
        {
            if (!_index.Remove(item))
            {
                return false;
            }

            _dropped.Add(DeliveryTallies.NameOf(why));
            return true;
        }
    }

    private void EnforceBounds()
    {
        DateTimeOffset oldest = _time.GetUtcNow() - _settings.MaxAge;
        DropWhile(SpoolDrop.Age, item => item.Created < oldest, static () => true);
        DropWhile(SpoolDrop.Size, static item => item.IsOnDisk, () => _index.DiskBytes > _settings.MaxBytes);
        DropWhile(SpoolDrop.Disk, static item => !item.IsOnDisk, () => _index.MemoryBytes > _settings.MaxMemoryBytes);
    }

    private void DropWhile(SpoolDrop why, Predicate<SpoolItem> which, Func<bool> tooMuch)
    {
        while (tooMuch() && _index.Oldest(which) is { } item && Forget(item, why))
        {
            _log.Dropped(why);
            if (item.IsOnDisk)
            {
                Try(() => _directory.Delete(item));
            }
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (IsDiskFault(exception))
        {
            _log.DiskFails(exception);
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
