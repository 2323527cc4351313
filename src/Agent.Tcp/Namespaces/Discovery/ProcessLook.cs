namespace Agent.Tcp.Namespaces.Discovery;

/// <summary>What a look at a process told about its network namespace. None of these is an error.</summary>
internal enum ProcessLook : byte
{
    /// <summary>Not looked at yet.</summary>
    None = 0,

    /// <summary>It is in a namespace.</summary>
    Found = 1,

    /// <summary>It has no network namespace any more: it has ended, or is a zombie.</summary>
    Ended = 2,

    /// <summary>It may not be looked at: procfs is mounted with hidepid.</summary>
    Denied = 3,

    /// <summary>The kernel could not answer; it is asked again.</summary>
    Failed = 4,
}
