using System.Globalization;
using Agent.Configuration;
using Agent.Export.Spool;
using Agent.Text;

namespace Agent.Doctor.Checks;

/// <summary>Whether the spool can be written, and what waits in it. Nothing is made or changed, also while an agent uses it.</summary>
internal static class SpoolCheck
{
    private const string OnKubernetes = "spool.* mounts a volume there; a hostPath directory must belong to the pod's user.";

    public static Finding Look(SpoolSettings settings)
    {
        if (!settings.IsOn)
        {
            return Finding.Skipped("there is none: samples are lost while the collector cannot be reached; Export:Spool:Path sets one");
        }

        try
        {
            if (SpoolAccess.Fault(settings.Path) is { } fault)
            {
                return Finding.Failed($"{settings.Path} cannot be used: {fault.Found}", new Mend(fault.Fix, OnKubernetes));
            }

            string nearest = SpoolAccess.Nearest(settings.Path);
            bool isThere = string.Equals(nearest, settings.Path, StringComparison.Ordinal);
            string[] payloads = isThere ? Directory.GetFiles(settings.Path, SpoolFileName.Pattern) : [];
            return RootsOwn(settings.Path, payloads)
                ?? Judge(settings, isThere, payloads.Length, payloads.Sum(file => FileStatus.Of(file)?.Size ?? 0), new DriveInfo(nearest).AvailableFreeSpace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Finding.Failed($"{settings.Path} cannot be used: {IoFaults.Describe(exception).TrimEnd('.')}", new Mend(
                "Make the directory usable for this user, or choose another in Export:Spool:Path.", OnKubernetes));
        }
    }

    public static Finding Judge(SpoolSettings settings, bool isThere, int items, long bytes, long free)
    {
        string user = string.Create(CultureInfo.InvariantCulture, $"uid {FileStatus.CurrentUser}");
        string found = isThere
            ? $"{settings.Path} can be written by {user}; {items} payload(s) wait in it, {Size(bytes)} of at most {Size(settings.MaxBytes)}, {Size(free)} free on its disk"
            : $"{settings.Path} is not there yet and can be made by {user}, as the agent does when it starts; {Size(free)} free on its disk for at most {Size(settings.MaxBytes)}";
        return free + bytes >= settings.MaxBytes
            ? Finding.Ok(found)
            : Finding.Warning(found, new Mend(
                "Give the disk more room, or lower Export:Spool:MaxBytes to what it has: a full disk is worked around in memory, which a restart loses.",
                "spool.sizeLimit bounds the volume."));
    }

    /// <summary>
    /// What an agent that once ran as root left in another user's directory: root, as which this may run, does not notice,
    /// and that user's agent is locked out.
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
            string.Create(CultureInfo.InvariantCulture, $"{file} belongs to root, and the directory to uid {owner}: an agent that runs as uid {owner} cannot use it"),
            new Mend(string.Create(CultureInfo.InvariantCulture, $"Run as root: chown -R {owner} {directory}"), OnKubernetes));
    }

    private static string Size(long bytes) => (bytes / 1048576.0).ToString("0.#", CultureInfo.InvariantCulture) + " MiB";
}
