using Agent.Export.Disk;

namespace Agent.Export.Spool;

/// <summary>
/// Holds a spool directory for one agent: a lock on a file in it (<c>flock(2)</c>), which the kernel gives up with the
/// process, however that ends.
/// </summary>
internal sealed class SpoolLock : IDisposable
{
    public const string Name = "lock";

    private readonly FileStream _file;

    private SpoolLock(FileStream file) => _file = file;

    /// <summary>
    /// False once the file was deleted or replaced: a lock on a file that nobody can open any more keeps nobody out.
    /// </summary>
    public bool IsCurrent =>
        FileStatus.Of(_file.SafeFileHandle) is { } held && FileStatus.Of(_file.Name) is { } found
        && (held.Inode, held.Device) == (found.Inode, found.Device);

    /// <summary>Takes the lock, or fails at once.</summary>
    /// <exception cref="IOException">Another agent holds it, or the disk cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static SpoolLock Take(string directory)
    {
        string path = Path.Combine(directory, Name);
        if (FileStatus.Of(path) is { IsRegular: false })
        {
            throw new IOException($"{path} is not a regular file; remove it, the agent makes its own");
        }

        SpoolLock taken;
        try
        {
            taken = new SpoolLock(new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }));
        }
        catch (IOException exception) when (DiskFault.NumberOf(exception) == Errno.EAGAIN)
        {
            throw new IOException("another agent uses it; give each its own Export:Spool:Path", exception);
        }

        if (!taken.IsCurrent)
        {
            taken.Dispose();
            throw new IOException($"{path} was deleted while it was being locked");
        }

        return taken;
    }

    public void Dispose() => _file.Dispose();
}
