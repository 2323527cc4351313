namespace Agent.Export.Spool;

/// <summary>
/// Why this process may not use a spool directory, and what helps: never a command that changes more than the directory
/// and what the agent has in it. Looking changes nothing on the machine.
/// </summary>
/// <param name="Found">What stands in the way, with path, owner and mode.</param>
/// <param name="Fix">What an operator does about it.</param>
internal sealed record SpoolAccess(string Found, string Fix)
{
    private const string OrAnother = "or choose another directory in Export:Spool:Path.";

    /// <summary>Null where nothing stands in the way: the directory can be used, or be made.</summary>
    public static SpoolAccess? Fault(string directory)
    {
        string nearest = Nearest(directory);
        bool isThere = string.Equals(nearest, directory, StringComparison.Ordinal);
        return FileStatus.Of(nearest, followLink: true) switch
        {
            null => DanglingLink(nearest),
            { IsDirectory: false } other => new SpoolAccess($"{nearest} is {other.Kind}, not a directory", $"Remove it, {OrAnother}"),
            { } status when !isThere => FaultOfParent(nearest, status, directory),
            _ when !FileStatus.IsAllowed(nearest, FileRights.Read | FileRights.Write | FileRights.Search, out int fault) => Refused(nearest, fault, directory),
            _ => FaultOfFiles(directory),
        };
    }

    /// <summary>What stands in the way of reading a file of the spool's; null where nothing does.</summary>
    public static SpoolAccess? FaultOfFile(string file, string directory) =>
        FileStatus.Of(file) is not null && !FileStatus.IsAllowed(file, FileRights.Read, out int fault) ? Refused(file, fault, directory) : null;

    /// <summary>The directory itself or, while it is not there, the closest one above that is. It may be a link to nothing.</summary>
    public static string Nearest(string directory)
    {
        while (FileStatus.Of(directory) is null && Path.GetDirectoryName(directory) is { Length: > 0 } parent)
        {
            directory = parent;
        }

        return directory;
    }

    /// <summary>As one line for a log.</summary>
    public override string ToString() => $"{Found}. {Fix}".TrimEnd('.');

    private static SpoolAccess? FaultOfParent(string parent, FileStatus status, string directory)
    {
        if (!FileStatus.IsAllowed(parent, FileRights.Search, out _))
        {
            return new SpoolAccess(
                $"{OwnedBy(parent, status)} and lacks the right to search it (x), so that {directory} cannot be reached",
                $"Run as root: chmod a+x {parent}, {OrAnother}");
        }

        return FileStatus.IsAllowed(parent, FileRights.Write | FileRights.Search, out int fault) ? null
            : fault == Errno.EROFS ? ReadOnly(parent)
            : new SpoolAccess(
                $"{directory} does not exist; {OwnedBy(parent, status)} and lacks the right to create it there (w)",
                $"Run as root: {Install(directory)}, {OrAnother}");
    }

    private static SpoolAccess? FaultOfFiles(string directory)
    {
        string file = Path.Combine(directory, SpoolLock.Name);
        switch (FileStatus.Of(file))
        {
            case { IsRegular: false } other:
                return new SpoolAccess($"{file} is {other.Kind}, not a regular file", "Remove it; the agent makes its own.");
            case not null when !FileStatus.IsAllowed(file, FileRights.Read | FileRights.Write, out int fault):
                return Refused(file, fault, directory);
        }

        return Directory.EnumerateFiles(directory, SpoolFileName.Pattern)
            .Select(payload => FaultOfFile(payload, directory))
            .FirstOrDefault(static fault => fault is not null);
    }

    private static SpoolAccess DanglingLink(string link)
    {
        string target = Path.GetFullPath(new FileInfo(link).LinkTarget ?? "", Path.GetDirectoryName(link) ?? "/");
        return new SpoolAccess(
            $"{link} is a symbolic link to {target}, which does not exist or cannot be reached",
            $"Run as root: {Install(target)}, or remove the link, {OrAnother}");
    }

    private static SpoolAccess Refused(string path, int fault, string directory)
    {
        if (fault == Errno.EROFS || FileStatus.Of(path, followLink: true) is not { } status)
        {
            return ReadOnly(path);
        }

        uint user = FileStatus.CurrentUser;
        string fix = status.Owner == user ? $"Run: chmod -R u+rwX {directory}, {OrAnother}"
            : string.Equals(path, directory, StringComparison.Ordinal) && HoldsOtherFiles(directory)
                ? "Choose another directory in Export:Spool:Path: this one holds files that are not the agent's."
                : $"Run as root: chown -R {user} {directory}, {OrAnother}";
        return new SpoolAccess(OwnedBy(path, status), fix);
    }

    private static SpoolAccess ReadOnly(string path) => new(
        $"{path} is on a read-only file system", $"Mount it writable, {OrAnother}");

    /// <summary>A directory of the system's, maybe. False also where it cannot be listed.</summary>
    private static bool HoldsOtherFiles(string directory) => RegularFile.Try(() =>
        Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName).FirstOrDefault(static name =>
            name is not (SpoolLock.Name or "lost+found") && !name!.Contains(SpoolFileName.Extension, StringComparison.Ordinal))) is not null;

    private static string OwnedBy(string path, FileStatus status) =>
        $"{path} belongs to uid {status.Owner} (mode {status.Permissions}), and this process runs as uid {FileStatus.CurrentUser}";

    private static string Install(string directory) =>
        $"install -d -o {FileStatus.CurrentUser} -g {FileStatus.CurrentGroup} -m 0700 {directory}";
}
