using Agent.Export.Disk;
using Agent.Export.Spool;
using Agent.Text;

namespace Agent.Doctor.Checks;

/// <summary>Whether the spool can be written, and how full it is. Changes nothing, so it can run while an agent uses the spool.</summary>
internal static class SpoolCheck
{
    private const string OnKubernetes = "spool.* mounts a volume there; a hostPath directory must belong to the pod's user.";

    /// <summary>The agent's payloads are never smaller, whatever the compression.</summary>
    private const int LeastPayloadBytes = 1024;

    /// <summary>Looks at the spool, for one payload per interval.</summary>
    public static Finding Look(SpoolSettings settings, TimeSpan interval)
    {
        if (!settings.IsOn)
        {
            return Finding.Skipped("not configured: samples are lost while the collector cannot be reached; Export:Spool:Path sets a directory");
        }

        using var thread = new DiskThread(DiskThread.AnswerLimit);
        try
        {
            return thread.Run(() => LookNow(settings, interval));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Finding.Failed($"{settings.Path} cannot be used: {IoFaults.Describe(exception).TrimEnd('.')}", new Fix(
                DiskFault.IsHang(exception)
                    ? "Check the kernel's log for the disk, or the server of a network file system; or set another directory in Export:Spool:Path."
                    : "Make the directory usable for this user, or set another in Export:Spool:Path.",
                OnKubernetes));
        }
    }

    public static Finding Judge(SpoolSettings settings, TimeSpan interval, bool isThere, int items, long bytes, DiskSpace free)
    {
        string user = $"uid {FileStatus.CurrentUser}";
        string found = isThere
            ? $"{settings.Path} can be written by {user}; {items} payload(s) in it, {Size(bytes)} of at most {Size(settings.MaxBytes)}, {Size(free.Bytes)} free on its disk"
            : $"{settings.Path} does not exist yet and can be created by {user}, as the agent does when it starts; {Size(free.Bytes)} free on its disk for at most {Size(settings.MaxBytes)}";
        if (free.Bytes + bytes < settings.MaxBytes)
        {
            return Finding.Warning(found, new Fix(
                "Give the disk more space, or lower Export:Spool:MaxBytes to what it has: while the disk is full, payloads are kept in memory, which a restart loses.",
                "spool.sizeLimit limits the volume."));
        }

        long most = Math.Min((long)(settings.MaxAge / interval), settings.MaxBytes / LeastPayloadBytes);
        return free.Files + items < most
            ? Finding.Warning(
                $"{found}, and {free.Files} free inode(s) for at most {most} payload(s), each of which is a file",
                new Fix("Free inodes on the disk (df -i shows how many there are), or lower Export:Spool:MaxAge: without a free inode, payloads are kept in memory, which a restart loses."))
            : Finding.Ok(found);
    }

    private static Finding LookNow(SpoolSettings settings, TimeSpan interval)
    {
        if (SpoolAccess.Fault(settings.Path) is { } fault)
        {
            return Finding.Failed($"{settings.Path} cannot be used: {fault.Found}", new Fix(fault.Fix, OnKubernetes));
        }

        string nearest = SpoolAccess.Nearest(settings.Path);
        bool isThere = string.Equals(nearest, settings.Path, StringComparison.Ordinal);
        string[] payloads = isThere ? Directory.GetFiles(settings.Path, SpoolFileName.Pattern) : [];
        return RootsOwn(settings.Path, payloads)
            ?? Judge(settings, interval, isThere, payloads.Length, payloads.Sum(file => FileStatus.Of(file)?.Size ?? 0), DiskSpace.Of(nearest));
    }

    /// <summary>
    /// Files that an agent run as root left in another user's directory: that user's agent cannot use them, which the access
    /// checks of a doctor that runs as root do not show.
    /// </summary>
    private static Finding? RootsOwn(string directory, string[] payloads)
    {
        const uint Root = 0;
        if (FileStatus.Of(directory, followLink: true) is not { Owner: not Root and var owner })
        {
            return null;
        }

        string? file = Array.Find([Path.Combine(directory, SpoolLock.Name), .. payloads], file => FileStatus.Of(file) is { Owner: Root });
        return file is null ? null : Finding.Warning(
            $"{file} belongs to root, and the directory to uid {owner}: an agent that runs as uid {owner} cannot use it",
            new Fix($"Run as root: chown -R {owner} {directory}", OnKubernetes));
    }

    private static string Size(long bytes) => (bytes / 1048576.0).ToString("0.#", CultureInfo.InvariantCulture) + " MiB";
}
