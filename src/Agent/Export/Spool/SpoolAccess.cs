using System.Globalization;
using Agent.Export.Disk;

namespace Agent.Export.Spool;

/// <summary>Why this process may not use a spool directory, and what helps. Looking changes nothing on the machine.</summary>
/// <param name="Found">What stands in the way, with path, owner and mode.</param>
/// <param name="Fix">What an operator does about it.</param>
internal sealed record SpoolAccess(string Found, string Fix)
{
    private const int ReadOnlyFileSystem = 30;

    /// <summary>Null where nothing stands in the way: the directory can be used, or be made.</summary>
    public static SpoolAccess? Fault(string directory)
    {
        string nearest = Nearest(directory);
        if (FileStatus.Of(nearest, followLink: true) is not { IsDirectory: true })
        {
            return new SpoolAccess($"{nearest} is not a directory", "Remove it, or choose another directory in Export:Spool:Path.");
        }

        bool isThere = string.Equals(nearest, directory, StringComparison.Ordinal);
        if (!FileStatus.IsAllowed(nearest, FileStatus.WriteSearch, out int fault))
        {
            return Refused(nearest, fault, isThere ? "" : $", so that {directory} cannot be made");
        }

        string file = Path.Combine(directory, SpoolLock.Name);
        return FileStatus.Of(file) switch
        {
            null => null,
            { IsRegular: false } => new SpoolAccess($"{file} is not a regular file", "Remove it; the agent makes its own."),
            _ => FileStatus.IsAllowed(file, FileStatus.ReadWrite, out fault) ? null : Refused(file, fault, ""),
        };
    }

    /// <summary>The directory itself or, while it is not there, the closest one above that is.</summary>
    public static string Nearest(string directory)
    {
        while (FileStatus.Of(directory, followLink: true) is null && Path.GetDirectoryName(directory) is { Length: > 0 } parent)
        {
            directory = parent;
        }

        return directory;
    }

    /// <summary>As one line for a log.</summary>
    public override string ToString() => $"{Found}. {Fix}".TrimEnd('.');

    private static SpoolAccess Refused(string path, int fault, string consequence)
    {
        if (fault == ReadOnlyFileSystem || FileStatus.Of(path, followLink: true) is not { } status)
        {
            return new SpoolAccess($"{path} is on a read-only file system{consequence}", "Mount it writable, or choose another directory in Export:Spool:Path.");
        }

        uint user = FileStatus.CurrentUser;
        string found = string.Create(
            CultureInfo.InvariantCulture, $"{path} belongs to uid {status.Owner} (mode {status.Permissions}), and this process runs as uid {user}{consequence}");
        string fix = status.Owner == user
            ? $"Run: chmod u+rw{(status.IsDirectory ? "x" : "")} {path}"
            : string.Create(CultureInfo.InvariantCulture, $"Run as root: chown {(status.IsDirectory ? "-R " : "")}{user} {path}");
        return new SpoolAccess(found, $"{fix}, or choose another directory in Export:Spool:Path.");
    }
}
