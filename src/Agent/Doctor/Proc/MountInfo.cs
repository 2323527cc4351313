using System.Text;

namespace Agent.Doctor.Proc;

/// <summary>One mount, of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="Point">Where it is mounted.</param>
/// <param name="Type">The kind of file system.</param>
/// <param name="Options">The file system's own options, by name.</param>
internal sealed record Mount(string Point, string Type, IReadOnlyDictionary<string, string> Options);

/// <summary>Finds the mount that a path lies in. Pure.</summary>
internal static class MountInfo
{
    private const string Separator = " - ";
    private const int PointField = 4;

    /// <summary>The innermost mount, and of several at one place the last, which hides the others; null when there is none.</summary>
    public static Mount? Of(string path, IEnumerable<string> lines)
    {
        Mount? found = null;
        foreach (string line in lines)
        {
            if (TryParse(line, out Mount mount)
                && Contains(mount.Point, path)
                && mount.Point.Length >= (found?.Point.Length ?? 0))
            {
                found = mount;
            }
        }

        return found;
    }

    // 63 43 0:39 / /host/proc ro,relatime master:1 - proc proc rw,gid=5,hidepid=invisible
    private static bool TryParse(string line, out Mount mount)
    {
        int separator = line.IndexOf(Separator, StringComparison.Ordinal);
        string[] fields = separator < 0 ? [] : line[..separator].Split(' ');
        string[] last = separator < 0 ? [] : line[(separator + Separator.Length)..].Split(' ');
        bool isMount = fields.Length > PointField && last.Length >= 3;
        mount = isMount
            ? new Mount(Unescape(fields[PointField]), last[0], Options(last[2]))
            : new Mount("", "", Options(""));
        return isMount;
    }

    private static Dictionary<string, string> Options(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            options[equals < 0 ? option : option[..equals]] = equals < 0 ? "" : option[(equals + 1)..];
        }

        return options;
    }

    private static bool Contains(string point, string path) =>
        string.Equals(point, "/", StringComparison.Ordinal)
        || string.Equals(point, path, StringComparison.Ordinal)
        || path.StartsWith(point + "/", StringComparison.Ordinal);

    /// <summary>Blanks, tabs, line ends and backslashes stand as three octal digits (fs/proc_namespace.c, <c>mangle</c>).</summary>
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
