using System.Buffers;
using Agent.Export.Transport;
using Agent.Text;

namespace Agent.Export.Spool;

/// <summary>The spool's directory for callers who cannot help its faults: they are logged, and answered instead of thrown.</summary>
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
        catch (Exception exception) when (IsFault(exception))
        {
            directory.Dispose();
            log.DiskFails(exception);
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
        catch (Exception exception) when (IsFault(exception))
        {
            log.DiskFails(exception);
            return false;
        }
    }

    public void TryCommit(SpoolItem item) => Try(() => directory.Commit(item));

    public void TryDelete(SpoolItem item) => Try(() => directory.Delete(item));

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
                return new KeptPayload(item, payload, buffer);
            }

            ArrayPool<byte>.Shared.Return(buffer);
            lost = SpoolDrop.Corrupt;
            log.SetAside(name, directory.SetAside(item));
        }
        catch (Exception exception) when (IsFault(exception))
        {
            bool isGone = exception is FileNotFoundException or DirectoryNotFoundException;
            if (lost is null && !isGone && ++item.ReadFailures < MaxReadFailures)
            {
                log.DiskFails(exception);
                return null;
            }

            lost ??= SpoolDrop.Disk;
            log.Unreadable(name, IoFaults.Describe(exception).TrimEnd('.'));
        }

        return null;
    }

    public void Dispose() => directory.Dispose();

    private static bool IsFault(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (IsFault(exception))
        {
            log.DiskFails(exception);
        }
    }
}
