using System.Buffers;
using Agent.Export.Transport;

namespace Agent.Export.Spool;

/// <summary>
/// The spool's directory for callers who cannot help its faults: they are logged and counted, and answered instead of
/// thrown. Whatever is thrown is such a fault: nothing that happens to a copy on disk may keep a payload from being sent.
/// </summary>
#pragma warning disable CA1031 // See above.
internal sealed class SpoolDisk(SpoolDirectory directory, SpoolLog log) : IDisposable
{
    /// <summary>A file that cannot be read so often is given up, for those behind it.</summary>
    private const int MaxReadFailures = 3;

    public bool IsOpen => directory.IsOpen;

    /// <summary>Takes the directory and tells what it holds; null while that fails.</summary>
    public List<SpoolItem>? TryOpen()
    {
        try
        {
            return directory.Open();
        }
        catch (Exception exception)
        {
            directory.Dispose();
            log.Fails(SpoolUse.Write, exception);
            return null;
        }
    }

    public async Task<bool> TryWriteAsync(SpoolItem item, Func<Stream, Task<bool>> copyTo)
    {
        try
        {
            await directory.WriteAsync(item, copyTo);
            return true;
        }
        catch (Exception exception)
        {
            log.Fails(SpoolUse.Write, exception);
            return false;
        }
    }

    public bool TryCommit(SpoolItem item)
    {
        try
        {
            directory.Commit(item);
            log.Works(SpoolUse.Commit, moved: 0);
            return true;
        }
        catch (Exception exception)
        {
            log.Fails(SpoolUse.Commit, exception);
            return false;
        }
    }

    public void TryDelete(SpoolItem item)
    {
        try
        {
            directory.Delete(item);
        }
        catch (Exception exception)
        {
            log.Fails(SpoolUse.Write, exception);
        }
    }

    /// <summary>Looks into a file for its payload's age. Where that fails, its name's holds.</summary>
    public void TryLearnAge(SpoolItem item)
    {
        try
        {
            directory.LearnAge(item);
        }
        catch (Exception)
        {
            item.IsBornKnown = true;
        }
    }

    /// <summary>Reads a payload.</summary>
    /// <param name="item">Which one.</param>
    /// <param name="lost">Where there is none: why it is lost; null while it may be read another time.</param>
    public KeptPayload? Read(SpoolItem item, out SpoolDrop? lost)
    {
        lost = null;
        string name = SpoolFileName.Of(item.Sequence, item.Created);
        try
        {
            if (directory.Read(item, out byte[] buffer) is { } payload)
            {
                item.ReadFailures = 0;
                return new KeptPayload(item, payload, buffer);
            }

            if (buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            lost = SpoolDrop.Corrupt;
            log.SetAside(name, directory.SetAside(item));
        }
        catch (Exception exception)
        {
            bool isGone = exception is FileNotFoundException or DirectoryNotFoundException;
            if (lost is null && !isGone && ++item.ReadFailures < MaxReadFailures)
            {
                log.CannotRead(exception);
                return null;
            }

            lost ??= SpoolDrop.Disk;
            log.Unreadable(name, exception);
        }

        return null;
    }

    public void Dispose() => directory.Dispose();
}
#pragma warning restore CA1031
