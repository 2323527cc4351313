namespace Agent.Export.Spool;

/// <summary>
/// Holds a spool directory for one agent: a lock on a file in it (<c>flock(2)</c>), which the kernel gives up with the
/// process, however that ends.
/// </summary>
internal sealed class SpoolLock : IDisposable
{
    private const string Name = "lock";

    private readonly FileStream _file;

    private SpoolLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or fails at once.</summary>
    /// <exception cref="IOException">Another agent holds it, or the disk cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written.</exception>
    public static SpoolLock Take(string directory)
    {
        string path = Path.Combine(directory, Name);
        try
        {
            return new SpoolLock(new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }));
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            throw new IOException("another agent uses it; give each its own Export:Spool:Path", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary><c>EWOULDBLOCK</c> of <c>flock(2)</c>, as .NET reports it.</summary>
    private static bool IsHeld(IOException exception) => (exception.HResult & 0xFFFF) == 11;
}
