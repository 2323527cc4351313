namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>What a refresh saw.</summary>
/// <param name="RootError">The error number of listing the proc root; 0 when it was listed.</param>
/// <param name="Host">Whether PID 1 told which namespace is the host's.</param>
/// <param name="Found">Processes in namespaces.</param>
/// <param name="Ended">Zombies, and processes that ended before they were looked at.</param>
/// <param name="Denied">Processes that may not be read (hidepid).</param>
/// <param name="Failed">Processes that the kernel could not answer for.</param>
/// <param name="Looks">How many processes were looked at: what the refresh cost beside the listing.</param>
internal readonly record struct DiscoveryStatus(
    int RootError,
    HostStatus Host,
    int Found = 0,
    int Ended = 0,
    int Denied = 0,
    int Failed = 0,
    int Looks = 0);

/// <summary>Whether the host's namespace is known. It is never guessed.</summary>
internal enum HostStatus : byte
{
    /// <summary>That of PID 1 under the proc root.</summary>
    Known = 0,

    /// <summary>PID 1 is not visible: a wrong proc root, or hidepid=2.</summary>
    Missing = 1,

    /// <summary>PID 1 may not be read: hidepid=1.</summary>
    Denied = 2,
}

/// <summary>What discovery could not see, in words that name the file and the fix.</summary>
internal static class DiscoveryErrors
{
    /// <summary>Null when the proc root was listed and the host's namespace is known.</summary>
    public static ReadError? Of(string procRoot, DiscoveryStatus status) => status switch
    {
        { RootError: not 0 } => Unlisted(procRoot, status.RootError),
        { Host: HostStatus.Missing } => new ReadError(
            HostTable(procRoot),
            ReadFailure.NotFound,
            $"{HostTable(procRoot)}: PID 1 is not visible, so the host's network namespace is unknown and none is reported as the host's. Is the proc root right (setting Tcp:ProcRoot)? If it is mounted with hidepid=2, run with the group of its gid= option."),
        { Host: HostStatus.Denied } => new ReadError(
            HostTable(procRoot),
            ReadFailure.PermissionDenied,
            $"{HostTable(procRoot)}: permission denied, so the host's network namespace is unknown and none is reported as the host's. {Refused(status)} {LetIn}",
            Math.Max(1, status.Denied)),
        { Denied: > 0 } => new ReadError(
            procRoot,
            ReadFailure.PermissionDenied,
            $"{procRoot}: {Refused(status)} {LetIn}",
            status.Denied),
        _ => null,
    };

    private const string LetIn =
        "If /proc is mounted with hidepid, run with the group of its gid= option; otherwise a security module (AppArmor, SELinux) must allow reading /proc/PID/net of other users' processes.";

    private static string Refused(DiscoveryStatus status) =>
        $"{status.Denied} of {status.Found + status.Ended + status.Denied + status.Failed} processes may not be read, so network namespaces that only they are in are missing.";

    private static ReadError Unlisted(string procRoot, int error) => new(
        procRoot,
        error switch
        {
            Errno.ENOENT or Errno.ENOTDIR => ReadFailure.NotFound,
            Errno.EACCES or Errno.EPERM => ReadFailure.PermissionDenied,
            _ => ReadFailure.Io,
        },
        $"{procRoot}: the processes cannot be listed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}). Is the proc root right (setting Tcp:ProcRoot)?");

    private static string HostTable(string procRoot) => ProcPath.OfNet(procRoot, "1", "tcp").ToString();
}
