namespace Agent.Tcp.Interop;

/// <summary>
/// What is opened must be a regular file. Opening a named pipe waits for a writer, reading a terminal for a line, and a
/// device may have no end: no deadline would hold.
/// </summary>
/// <remarks>
/// Which file system it is on is not asked: a proc root may be a captured tree on a disk, and every file of procfs that is
/// read is a regular one.
/// </remarks>
internal static class RegularFile
{
    /// <summary>Opens it for reading.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel refuses.</exception>
    public static FileStream OpenRead(string path)
    {
        return FileStatus.Of(path, followLink: true) is { IsRegular: false } other
            ? throw new IOException($"{path} is {other.Kind}, not a regular file.")
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <summary>The lines, as they are taken.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StreamReader(OpenRead(path));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    /// <summary>What a file or directory holds; null where it is not there or may not be read.</summary>
    public static T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What the path leads to, with its article. <paramref name="path"/> is UTF-8 and ends with a NUL byte.</summary>
    public static string Describe(ReadOnlySpan<byte> path)
    {
        _ = Libc.TryStatus(path, out FileStatus status);
        return status.Kind;
    }
}
