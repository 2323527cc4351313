using Agent.Tcp.Interop;

namespace Agent.Doctor.Proc;

/// <summary>Files of procfs that may be missing or refused.</summary>
internal static class ProcText
{
    /// <summary>The lines; none when the file cannot be read.</summary>
    public static string[] Lines(params string[] path) => Try(() => Read(Path.Combine(path))) ?? [];

    /// <summary>Where a link leads; null when that cannot be read.</summary>
    public static string? Link(params string[] path) => Try(() => new FileInfo(Path.Combine(path)).LinkTarget);

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
