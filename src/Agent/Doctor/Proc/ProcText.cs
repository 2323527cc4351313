namespace Agent.Doctor.Proc;

/// <summary>Files of procfs that may be missing or unreadable.</summary>
internal static class ProcText
{
    /// <summary>The lines; none when the file cannot be read.</summary>
    public static string[] Lines(params string[] path) => RegularFile.Try(() => Nonempty(RegularFile.ReadLines(Path.Combine(path)))) ?? [];

    /// <summary>The target of a link; null when it cannot be read.</summary>
    public static string? Link(params string[] path) => RegularFile.Try(() => new FileInfo(Path.Combine(path)).LinkTarget);

    /// <summary>The raw contents.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel refuses.</exception>
    public static byte[] Bytes(params string[] path) => File.ReadAllBytes(Path.Combine(path));

    private static string[] Nonempty(IEnumerable<string> lines) => [.. lines.Where(line => line.Length > 0)];
}
