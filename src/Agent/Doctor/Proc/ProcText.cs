namespace Agent.Doctor.Proc;

/// <summary>Files of procfs that may be missing or unreadable.</summary>
internal static class ProcText
{
    /// <summary>The lines; none when the file cannot be read.</summary>
    public static string[] Lines(params string[] path) => Try(() => Read(Path.Combine(path))) ?? [];

    /// <summary>The target of a link; null when it cannot be read.</summary>
    public static string? Link(params string[] path) => Try(() => new FileInfo(Path.Combine(path)).LinkTarget);

    /// <summary>The raw contents.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel refuses.</exception>
    public static byte[] Bytes(params string[] path)
    {
        using FileStream stream = RegularFile.OpenRead(Path.Combine(path));
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string[] Read(string path)
    {
        using var reader = new StreamReader(RegularFile.OpenRead(path));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static T? Try<T>(Func<T?> read)
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
}
