namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>What a refresh saw.</summary>
/// <param name="RootError">The error number of listing the proc root; 0 when it was listed.</param>
/// <param name="Host">Whether PID 1 told which namespace is the host's.</param>
/// <param name="Found">Processes in namespaces.</param>
/// <param name="Ended">Zombies, and processes that ended before they were looked at.</param>
/// <param name="Denied">Processes that may not be looked at (hidepid).</param>
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

    /// <summary>There is no PID 1 to be seen: a wrong proc root, or hidepid=2.</summary>
    Missing = 1,

    /// <summary>PID 1 may not be looked at: hidepid=1.</summary>
    Denied = 2,
}
