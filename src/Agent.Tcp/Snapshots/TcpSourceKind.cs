namespace Agent.Tcp.Snapshots;

/// <summary>The interface of the kernel that a namespace was read by.</summary>
internal enum TcpSourceKind : byte
{
    /// <summary>The text tables <c>/proc/PID/net/tcp</c> and <c>tcp6</c>.</summary>
    Procfs = 0,

    /// <summary>Netlink socket diagnostics.</summary>
    SockDiag = 1,
}

internal static class TcpSourceKinds
{
    public static string JsonValue(this TcpSourceKind source) => source switch
    {
        TcpSourceKind.SockDiag => "sockdiag",
        _ => "procfs",
    };
}
