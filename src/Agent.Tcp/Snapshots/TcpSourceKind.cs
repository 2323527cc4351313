namespace Agent.Tcp.Snapshots;

/// <summary>The interface of the kernel that a namespace was read by.</summary>
internal enum TcpSourceKind : byte
{
    Procfs = 0,
}

internal static class TcpSourceKinds
{
    public static string JsonValue(this TcpSourceKind source) => source switch
    {
        _ => "procfs",
    };
}
