using System.Collections.Concurrent;
using Agent.Export.Protobuf;
using Microsoft.Win32.SafeHandles;

namespace Agent.Export.Spool;

/// <summary>
/// The files of the spool. A payload is written under another name and renamed when it is whole, so a process that is
/// killed leaves whole files only; after a loss of power the checksum finds torn ones. Everything here throws when the disk fails;
/// a test throws from <c>before</c>, which is called before each operation, what a disk might.
/// </summary>
internal sealed class SpoolDirectory(string path, SpoolClock clock, Action<DiskOperation>? before = null) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Corrupt files left for an operator; older ones are deleted.</summary>
    private const int MaxCorruptFiles = 16;

    /// <summary>Files that should be deleted and could not be.</summary>
    private readonly ConcurrentDictionary<string, bool> _leftovers = new(StringComparer.Ordinal);

    private SpoolLock? _lock;

    public string Path => path;

    /// <summary>This agent holds the directory: the lock it took is still the one that another agent would find.</summary>
    public bool IsOpen => _lock is { IsCurrent: true };

    /// <summary>Locks the directory, which is made if missing, and lists what it holds.</summary>
    public List<SpoolItem> Open()
    {
        Dispose();
        before?.Invoke(DiskOperation.MakeDirectory);
        Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        before?.Invoke(DiskOperation.TakeLock);
        _lock = SpoolLock.Take(path);
        before?.Invoke(DiskOperation.List);
        foreach (string torn in Directory.EnumerateFiles(path, SpoolFileName.TemporaryPattern))
        {
            TryDelete(torn);
        }

        var items = new List<SpoolItem>();
        foreach (string file in Directory.EnumerateFiles(path, SpoolFileName.Pattern))
        {
            // Opening a pipe of such a name would wait for ever.
            if (!_leftovers.ContainsKey(file) && SpoolFileName.TryParse(System.IO.Path.GetFileName(file), out long sequence, out DateTimeOffset created)
                && FileStatus.Of(file) is { IsRegular: true } status)
            {
                items.Add(clock.Found(sequence, created, status.Size));
            }
        }

        return items;
    }

    /// <summary>
    /// Writes a payload; it survives the process, and a loss of power once it is committed. One that is replaced has a file
    /// already, which may not be whole.
    /// </summary>
    /// <returns>The size of its file.</returns>
    public long Write(SpoolItem item, OtlpPayload payload, bool isReplaced)
    {
        DeleteLeftovers();
        string name = PathOf(item), temporary = name + SpoolFileName.Temporary;
        try
        {
            using (FileStream file = NewFile(temporary))
            {
                before?.Invoke(DiskOperation.Write);
                Span<byte> header = stackalloc byte[SpoolFormat.HeaderSize], trailer = stackalloc byte[SpoolFormat.TrailerSize];
                SpoolStamp stamp = clock.StampOf(item);
                SpoolFormat.WriteHeader(header, item.Created, stamp);
                var checksum = new Crc32C();
                checksum.Add(header);
                checksum.Add(payload.Message.Span);
                SpoolFormat.WriteTrailer(trailer, payload.IsGzip, stamp, checksum);
                file.Write(header);
                file.Write(payload.Message.Span);
                file.Write(trailer);
            }

            before?.Invoke(DiskOperation.Rename);
            File.Move(temporary, name, overwrite: isReplaced);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        return SpoolFormat.HeaderSize + payload.Message.Length + SpoolFormat.TrailerSize;
    }

    /// <summary>Forces a written payload to the disk, the directory's entry too.</summary>
    public void Commit(SpoolItem item)
    {
        before?.Invoke(DiskOperation.Flush);
        using (FileStream file = new(PathOf(item), FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
        {
            file.Flush(flushToDisk: true);
        }

        before?.Invoke(DiskOperation.FlushDirectory);

        // .NET flushes an open directory (fsync(2)), and opens none.
        using SafeFileHandle directory = new(Libc.Open(path), ownsHandle: true);
        if (directory.IsInvalid)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage(), Marshal.GetLastPInvokeError());
        }

        RandomAccess.FlushToDisk(directory);
    }

    /// <summary>Deletes a payload's file. Where that fails, nothing more is written until it has succeeded.</summary>
    public void Delete(SpoolItem item) => Delete(PathOf(item));

    /// <summary>The same without a fault.</summary>
    public bool TryDelete(SpoolItem item) => TryDelete(PathOf(item));

    /// <summary>Notes that a payload's file is to be deleted before anything is written. Does not touch the disk.</summary>
    public void DeleteLater(SpoolItem item) => _leftovers[PathOf(item)] = true;

    /// <summary>Reads a payload into a buffer of the shared pool; null when the file is corrupt.</summary>
    public OtlpPayload? Read(SpoolItem item)
    {
        before?.Invoke(DiskOperation.Read);
        string name = PathOf(item);
        FileStatus status = FileStatus.Of(name) ?? throw new FileNotFoundException(null, name);
        if (!status.IsRegular || status.Size is < SpoolFormat.HeaderSize + SpoolFormat.TrailerSize or > SpoolFormat.MaxFileBytes)
        {
            return null;
        }

        using var file = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)status.Size);
        int read = file.ReadAtLeast(buffer, (int)status.Size, throwOnEndOfStream: false);
        if (SpoolFormat.Read(buffer.AsMemory(0, read)) is not { } payload)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return null;
        }

        clock.Learn(item, SpoolFormat.ReadStamp(buffer, buffer.AsSpan(read - SpoolFormat.TrailerSize)));
        return payload with { Buffer = buffer };
    }

    /// <summary>Looks into a file of an earlier run for when its payload was made.</summary>
    public void LearnAge(SpoolItem item)
    {
        before?.Invoke(DiskOperation.Read);
        Span<byte> header = stackalloc byte[SpoolFormat.HeaderSize], trailer = stackalloc byte[SpoolFormat.TrailerSize];
        using FileStream file = new(PathOf(item), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        file.ReadExactly(header);
        file.Position = Math.Max(file.Length - SpoolFormat.TrailerSize, 0);
        file.ReadExactly(trailer);
        clock.Learn(item, SpoolFormat.ReadStamp(header, trailer));
    }

    /// <summary>Renames a corrupt file, so that it is not sent, and an operator can look at it.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside(SpoolItem item)
    {
        before?.Invoke(DiskOperation.SetAside);
        string aside = PathOf(item) + SpoolFileName.Corrupt;
        File.Move(PathOf(item), aside, overwrite: true);
        foreach (string old in Directory.GetFiles(path, SpoolFileName.CorruptPattern)
            .OrderDescending(StringComparer.Ordinal).Skip(MaxCorruptFiles))
        {
            Delete(old);
        }

        return aside;
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private FileStream NewFile(string name)
    {
        before?.Invoke(DiskOperation.CreateFile);
        return new(name, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = OwnerOnly,
        });
    }

    /// <summary>What cannot be deleted must not become more and more.</summary>
    private void DeleteLeftovers()
    {
        foreach (string leftover in _leftovers.Keys)
        {
            Delete(leftover);
        }
    }

    private void Delete(string file)
    {
        _leftovers[file] = true;
        before?.Invoke(DiskOperation.Delete);
        if (FileStatus.Of(file) is not null)
        {
            File.Delete(file);
        }

        _leftovers.TryRemove(file, out _);
    }

    /// <summary>What fails stays on the list of leftovers, and is tried again before anything is written.</summary>
    private bool TryDelete(string file)
    {
        try
        {
            Delete(file);
            return true;
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private string PathOf(SpoolItem item) => System.IO.Path.Combine(path, SpoolFileName.Of(item.Sequence, item.Created));
}

/// <summary>What <see cref="SpoolDirectory"/> does to the file system, each of which may fail by itself.</summary>
internal enum DiskOperation
{
    MakeDirectory,
    TakeLock,
    List,
    CreateFile,
    Write,
    Rename,
    Flush,
    FlushDirectory,
    Read,
    Delete,
    SetAside,
}
