namespace Agent.Doctor.Proc;

/// <summary>One mount of <c>/proc/self/mountinfo</c>, with the options of its file system by name.</summary>
internal sealed record Mount(string Point, string Type, IReadOnlyDictionary<string, string> Options);

/// <summary>Finds the mount that a path is in. Pure.</summary>
internal static class MountInfo
{
    private const int PointField = 4;

    /// <summary>The innermost mount, and of several at the same point the last, which hides the others; null when there is none.</summary>
    public static Mount? Of(string path, IEnumerable<string> lines) => lines
        .Reverse()
        .Select(Parse)
        .OfType<Mount>()
        .Where(mount => Contains(mount.Point, path))
        .MaxBy(mount => mount.Point.Length);

    // 63 43 0:39 / /host/proc ro,relatime master:1 - proc proc rw,gid=5,hidepid=invisible
    private static Mount? Parse(string line) =>
        line.Split(" - ", 2) is [var place, var system]
        && place.Split(' ') is { Length: > PointField } fields
        && system.Split(' ') is [var type, _, var options, ..]
            ? new Mount(Unescape(fields[PointField]), type, Options(options))
            : null;

    private static Dictionary<string, string> Options(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = option.Split('=', 2);
            options[parts[0]] = parts.Length > 1 ? parts[1] : "";
        }

        return options;
    }

    private static bool Contains(string point, string path) =>
        string.Equals(point, "/", StringComparison.Ordinal)
        || string.Equals(point, path, StringComparison.Ordinal)
        || path.StartsWith(point + "/", StringComparison.Ordinal);

    /// <summary>Spaces, tabs, newlines and backslashes are written as three octal digits (fs/proc_namespace.c, <c>mangle</c>).</summary>
    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text);
        foreach ((string escape, string character) in new[] { ("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\") })
        {
            plain.Replace(escape, character);
        }

        return plain.ToString();
    }
}
