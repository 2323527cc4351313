using Agent.Export.Disk;
using Agent.Export.Protobuf;
using Agent.Export.Telemetry;

namespace Agent.Export.Spool;

/// <summary>
/// The spool's directory for callers who cannot help its faults: they are logged, counted and returned, not
/// thrown. Whatever is thrown is such a fault: nothing that happens to a copy on disk may keep an export from being sent.
/// Nor may a disk that hangs: it is a fault after a time limit.
/// </summary>
#pragma warning disable CA1031 // See above.
internal sealed class SpoolDisk(SpoolDirectory directory, SpoolLog log, DiskThread thread) : IDisposable
{
    /// <summary>The directory's list, where it came after the limit; null otherwise.</summary>
    private List<SpoolItem>? _foundLate;

    private volatile bool _isDisposed;

    /// <summary>The directory is this agent's, and its disk answers.</summary>
    public bool IsOpen => IsHeld() == true;

    /// <summary>The directory is not this agent's yet, or not any more. Neither, while the disk does not answer.</summary>
    public bool IsLost => IsHeld() == false;

    /// <summary>Locks the directory and lists what it holds; null while that fails.</summary>
    public List<SpoolItem>? TryOpen()
    {
        if (Interlocked.Exchange(ref _foundLate, null) is { } found && IsOpen)
        {
            return found;
        }

        return Try(SpoolUse.Write, Take, late => Volatile.Write(ref _foundLate, late));

        List<SpoolItem>? Take()
        {
            try
            {
                return directory.Open();
            }
            catch
            {
                directory.Dispose();
                throw;
            }
        }
    }

    /// <summary>Writes a payload. The item has a file from then on.</summary>
    public async Task<bool> TryWriteAsync(SpoolItem item, OtlpPayload payload)
    {
        bool isReplaced = item.IsOnDisk;
        try
        {
            item.Bytes = await thread.RunAsync(Write, _ => Undo());
            item.IsOnDisk = true;
            return true;
        }
        catch (Exception exception)
        {
            Fails(SpoolUse.Write, exception);
            return false;
        }
        finally
        {
            // A disk that hangs may look into it much later.
            if (!thread.IsHung)
            {
                payload.Dispose();
            }
        }

        // A list that came too late, and is not taken in yet, has no such file: it would count as deleted.
        long Write() => Volatile.Read(ref _foundLate) is null ? directory.Write(item, payload, isReplaced) : throw thread.NoAnswer();

        // The payload is in memory, or delivered, by now.
        void Undo()
        {
            if (!isReplaced)
            {
                directory.TryDelete(item);
            }
        }
    }

    public bool TryCommit(SpoolItem item)
    {
        bool isCommitted = Try(SpoolUse.Commit, () => Done(() => directory.Commit(item)));
        if (isCommitted)
        {
            log.Works(SpoolUse.Commit, moved: 0);
        }

        return isCommitted;
    }

    public void TryDelete(SpoolItem item)
    {
        directory.DeleteLater(item);
        Try(SpoolUse.Write, () => Done(() => directory.Delete(item)));
    }

    /// <summary>Looks into a file for its payload's age. Where that fails, its name's holds.</summary>
    /// <returns>False when the disk does not answer, and may yet.</returns>
    public bool TryLearnAge(SpoolItem item)
    {
        try
        {
            return thread.Run(() => Done(() => directory.LearnAge(item)));
        }
        catch (Exception exception) when (!DiskFault.IsHang(exception))
        {
            return item.IsBornKnown = true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Reads a payload. It is lost where its file is gone or damaged, and no other fault of the disk says that.</summary>
    /// <param name="item">Which one. It is marked where its file, not the disk, cannot be read.</param>
    /// <param name="lost">Where there is none: why it is lost; null while it may be read another time.</param>
    public OtlpPayload? Read(SpoolItem item, out SpoolDrop? lost)
    {
        lost = null;
        string name = SpoolFileName.Of(item.Sequence, item.Created);
        try
        {
            if (thread.Run(() => directory.Read(item), static late => late?.Dispose()) is { } payload)
            {
                item.IsUnreadable = false;
                return payload;
            }

            lost = SpoolDrop.Corrupt;
            log.SetAside(name, thread.Run(() => directory.SetAside(item)));
        }
        catch (Exception exception) when (lost is null && DiskFault.IsHang(exception))
        {
            Fails(SpoolUse.Write, exception);
        }
        catch (Exception exception)
        {
            bool isGone = exception is FileNotFoundException or DirectoryNotFoundException;
            if (lost is null && !isGone)
            {
                item.IsUnreadable = true;
                string file = Path.Combine(directory.Path, name);
                log.CannotRead(exception, Refusal(exception, file)?.ToString() ?? $"{file}: {DiskFault.Describe(exception)}");
                return null;
            }

            lost ??= SpoolDrop.Disk;
            log.Unreadable(name, exception);
        }

        return null;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            Try(SpoolUse.Write, () => Done(directory.Dispose));
            _isDisposed = true;
            thread.Dispose();
        }
    }

    /// <summary>Null when the disk does not answer.</summary>
    private bool? IsHeld()
    {
        if (thread.IsHung)
        {
            return null;
        }

        try
        {
            // What was found late has to be taken in first.
            return Volatile.Read(ref _foundLate) is null && thread.Run(() => directory.IsOpen);
        }
        catch (Exception exception)
        {
            Fails(SpoolUse.Write, exception);
            return DiskFault.IsHang(exception) ? null : false;
        }
    }

    private static bool Done(Action operation)
    {
        operation();
        return true;
    }

    private T? Try<T>(SpoolUse use, Func<T?> operation, Action<T?>? tooLate = null)
    {
        try
        {
            return thread.Run(operation, tooLate);
        }
        catch (Exception exception)
        {
            Fails(use, exception);
            return default;
        }
    }

    private void Fails(SpoolUse use, Exception exception)
    {
        if (!_isDisposed)
        {
            log.Fails(use, exception, Refusal(exception)?.ToString() ?? DiskFault.Describe(exception));
        }
    }

    /// <summary>Where the disk refuses, or has no such directory, what is there explains more than the fault does.</summary>
    private SpoolAccess? Refusal(Exception exception, string? file = null)
    {
        try
        {
            return !DiskFault.IsRefusal(exception) && !DiskFault.IsInTheWay(exception) ? null
                : thread.Run(() => file is null ? SpoolAccess.Fault(directory.Path) : SpoolAccess.FaultOfFile(file, directory.Path));
        }
        catch (Exception)
        {
            return null;
        }
    }
}
#pragma warning restore CA1031
