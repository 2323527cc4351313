using System.Globalization;
using Agent.Configuration;
using Agent.Export.Spool;
using Agent.Text;

namespace Agent.Doctor.Checks;

/// <summary>Whether the spool can be written, and what waits in it. It may be looked at while an agent uses it.</summary>
internal static class SpoolCheck
{
    private const string Probe = "doctor.tmp";

    public static Finding Look(SpoolSettings settings)
    {
        if (!settings.IsOn)
        {
            return Finding.Skipped("there is none: samples are lost while the collector cannot be reached; Export:Spool:Path sets one");
        }

        try
        {
            Directory.CreateDirectory(settings.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string probe = Path.Combine(settings.Path, Probe);
            File.WriteAllBytes(probe, new byte[1]);
            File.Delete(probe);
            FileInfo[] kept = new DirectoryInfo(settings.Path).GetFiles(SpoolFileName.Pattern);
            return Judge(settings, kept.Length, kept.Sum(file => file.Length), new DriveInfo(settings.Path).AvailableFreeSpace);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Finding.Failed($"{settings.Path} cannot be written: {IoFaults.Describe(exception).TrimEnd('.')}", new Mend(
                "Make the directory writable for this user, or choose another in Export:Spool:Path.",
                "spool.* mounts a volume there; a hostPath directory must belong to the pod's user."));
        }
    }

    public static Finding Judge(SpoolSettings settings, int items, long bytes, long free)
    {
        string found = $"{settings.Path} can be written; {items} payload(s) wait in it, {Size(bytes)} of at most {Size(settings.MaxBytes)}, {Size(free)} free on its disk";
        return free + bytes >= settings.MaxBytes
            ? Finding.Ok(found)
            : Finding.Warning(found, new Mend(
                "Give the disk more room, or lower Export:Spool:MaxBytes to what it has: a full disk is worked around in memory, which a restart loses.",
                "spool.sizeLimit bounds the volume."));
    }

    private static string Size(long bytes) => (bytes / 1048576.0).ToString("0.#", CultureInfo.InvariantCulture) + " MiB";
}
