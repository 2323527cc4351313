namespace Agent.Tcp.Snapshots;

/// <summary>How current a namespace's reading is: the attribute <c>tcp.agent.namespace.status</c>.</summary>
internal enum NamespaceStatus : byte
{
    /// <summary>Read for this snapshot.</summary>
    Read = 0,

    /// <summary>Left out this time; what is reported is from the last reading, if there was one.</summary>
    Deferred = 1,

    /// <summary>A family of it could not be read, the last time that was tried.</summary>
    Failed = 2,
}

internal static class NamespaceStatuses
{
    public const int Count = (int)NamespaceStatus.Failed + 1;

    public static string MetricValue(this NamespaceStatus status) => status switch
    {
        NamespaceStatus.Read => "read",
        NamespaceStatus.Deferred => "deferred",
        _ => "failed",
    };
}
