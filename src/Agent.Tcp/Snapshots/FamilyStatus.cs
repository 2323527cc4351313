namespace Agent.Tcp.Snapshots;

/// <summary>What is known of one address family of a namespace. The two fail independently.</summary>
internal enum FamilyStatus : byte
{
    /// <summary>Could not be read: its points are absent, never 0.</summary>
    Failed = 0,

    /// <summary>Read to the end.</summary>
    Read = 1,

    /// <summary>The kernel has no such family (no <c>tcp6</c>): no points, and no error.</summary>
    Unsupported = 2,
}
