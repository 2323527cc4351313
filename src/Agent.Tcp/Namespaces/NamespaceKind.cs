namespace Agent.Tcp.Namespaces;

/// <summary>Whose a network namespace is.</summary>
internal enum NamespaceKind : byte
{
    /// <summary>The host's: that of PID 1 under the proc root.</summary>
    Host = 0,

    /// <summary>Nobody's that can be told.</summary>
    Other = 1,

    /// <summary>A Kubernetes pod's.</summary>
    Pod = 2,

    /// <summary>A container's outside of pods.</summary>
    Container = 3,
}

internal static class NamespaceKinds
{
    public static string JsonValue(this NamespaceKind kind) => kind switch
    {
        NamespaceKind.Host => "host",
        NamespaceKind.Pod => "pod",
        NamespaceKind.Container => "container",
        _ => "other",
    };
}
