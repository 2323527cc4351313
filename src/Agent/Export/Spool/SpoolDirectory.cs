using System.Buffers;
using Agent.Export.Transport;

namespace Agent.Export.Spool;

/// <summary>
/// The files of the spool. A payload is written under another name and renamed when it is whole, so a process that is
/// killed leaves whole files only; after a loss of power the checksum tells. Everything here throws
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the disk will not.
/// </summary>
internal sealed class SpoolDirectory(string path) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Set aside for whoever looks into it; older ones go.</summary>
    private const int MaxCorruptFiles = 16;

    private SpoolLock? _lock;

    public string Path => path;

    /// <summary>This agent holds the directory.</summary>
    public bool IsOpen => _lock is not null;

    /// <summary>Takes the directory and tells what it holds, oldest first.</summary>
    public List<SpoolItem> Open()
    {
        Create();
        _lock = SpoolLock.Take(path);
        foreach (string torn in Directory.EnumerateFiles(path, SpoolFileName.TemporaryPattern))
        {
            File.Delete(torn);
        }

        var items = new List<SpoolItem>();
        foreach (FileInfo file in new DirectoryInfo(path).EnumerateFiles(SpoolFileName.Pattern))
        {
            if (SpoolFileName.TryParse(file.Name, out long sequence, out DateTimeOffset created))
            {
                items.Add(new SpoolItem(sequence, created) { IsOnDisk = true, Bytes = file.Length });
            }
        }

        items.Sort(static (one, other) => one.Sequence.CompareTo(other.Sequence));
        return items;
    }

    /// <summary>Writes a payload; it survives the process, and a loss of power once it is committed.</summary>
    /// <param name="item">Which one; its size is set.</param>
    /// <param name="copyTo">Writes the bare message, and tells whether it is compressed.</param>
    public async Task WriteAsync(SpoolItem item, Func<Stream, Task<bool>> copyTo)
    {
        Create();
        string name = PathOf(item), temporary = name + SpoolFileName.Temporary;
        try
        {
            await using (FileStream file = NewFile(temporary))
            {
                var sum = new ChecksumStream(file);
                var frame = new byte[SpoolFormat.HeaderSize];
                SpoolFormat.WriteHeader(frame, item.Created);
                await sum.WriteAsync(frame);
                bool isGzip = await copyTo(sum);
                SpoolFormat.WriteTrailer(frame.AsSpan(0, SpoolFormat.TrailerSize), isGzip, sum.Checksum);
                await sum.WriteAsync(frame.AsMemory(0, SpoolFormat.TrailerSize));
                item.Bytes = sum.Length;
            }

            File.Move(temporary, name);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        item.IsOnDisk = true;
    }

    /// <summary>Forces a written payload to the disk, the directory's entry too.</summary>
    public void Commit(SpoolItem item)
    {
        using (FileStream file = new(PathOf(item), FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
        {
            file.Flush(flushToDisk: true);
        }

        DirectorySync.Flush(path);
    }

    public void Delete(SpoolItem item) => File.Delete(PathOf(item));

    /// <summary>Reads a payload into a buffer of the shared pool; null when the file is corrupt.</summary>
    public OtlpPayload? Read(SpoolItem item, out byte[] buffer)
    {
        using var file = new FileStream(PathOf(item), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        int length = (int)Math.Min(file.Length, Array.MaxLength);
        buffer = ArrayPool<byte>.Shared.Rent(length);
        int read = file.ReadAtLeast(buffer, length, throwOnEndOfStream: false);
        return SpoolFormat.TryRead(buffer.AsMemory(0, read), out OtlpPayload payload) ? payload : null;
    }

    /// <summary>Renames a corrupt file, so that it is neither sent nor lost to whoever wants to know.</summary>
    /// <returns>Where it stands now.</returns>
    public string SetAside(SpoolItem item)
    {
        string aside = PathOf(item) + SpoolFileName.Corrupt;
        File.Move(PathOf(item), aside, overwrite: true);
        foreach (string old in Directory.GetFiles(path, SpoolFileName.CorruptPattern)
            .OrderDescending(StringComparer.Ordinal).Skip(MaxCorruptFiles))
        {
            File.Delete(old);
        }

        return aside;
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private static FileStream NewFile(string name) => new(name, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        Share = FileShare.None,
        UnixCreateMode = OwnerOnly,
    });

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whatever kept it from being written may keep it from being deleted; the next start deletes it.
        }
    }

    private void Create() => Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);

    private string PathOf(SpoolItem item) => System.IO.Path.Combine(path, SpoolFileName.Of(item.Sequence, item.Created));
}
