namespace Agent.Tcp.Groups;

/// <summary>By what sockets are grouped.</summary>
internal enum Grouping : byte
{
    /// <summary>By service: role, and the port of the server.</summary>
    Port = 0,

    /// <summary>By the other end: its address, and for clients its port.</summary>
    Peer,

    /// <summary>By the process that has the socket open.</summary>
    Process,

    /// <summary>By the owner's uid.</summary>
    User,
}

/// <summary>What a group stands for.</summary>
internal enum GroupKind : byte
{
    /// <summary>A port that is listened on, or a peer of such a port.</summary>
    Server = 0,

    /// <summary>A port that is connected to, or the peer with that port.</summary>
    Client,

    /// <summary>By peer: sockets that listen.</summary>
    Listener,

    /// <summary>By peer: sockets without one.</summary>
    Unconnected,

    Process,

    User,

    /// <summary>
    /// Sockets without a file, which the kernel keeps: TIME_WAIT, half-open requests, connections that are not accepted yet
    /// or that were closed. By user, only those whose owner the kernel does not tell.
    /// </summary>
    Kernel,

    /// <summary>Sockets of a user that were found with no process.</summary>
    Unknown,

    /// <summary>Groups beyond the bound, of server ports or peers of such.</summary>
    OtherServers,

    /// <summary>Groups beyond the bound, of client ports or peers of such.</summary>
    OtherClients,

    /// <summary>Other groups beyond the bound.</summary>
    Others,
}

internal static class GroupKinds
{
    /// <summary><c>server</c> or <c>client</c>; null where there is no role.</summary>
    public static string? Role(this GroupKind kind) => kind switch
    {
        GroupKind.Server or GroupKind.Listener or GroupKind.OtherServers => "server",
        GroupKind.Client or GroupKind.Unconnected or GroupKind.OtherClients => "client",
        _ => null,
    };

    public static bool IsOther(this GroupKind kind) => kind is GroupKind.OtherServers or GroupKind.OtherClients or GroupKind.Others;

    public static GroupKind Others(this GroupKind kind) => kind.Role() switch
    {
        "server" => GroupKind.OtherServers,
        "client" => GroupKind.OtherClients,
        _ => GroupKind.Others,
    };
}
