namespace Agent.Tcp.SockDiag;

/// <summary>Constants of inet_diag and of the sockets it tells of.</summary>
internal static class InetDiag
{
    /// <summary>include/uapi/linux/inet_diag.h: both families, in one walk.</summary>
    public const ushort TCPDIAG_GETSOCK = 18;

    /// <summary>include/uapi/linux/sock_diag.h: one family.</summary>
    public const ushort SOCK_DIAG_BY_FAMILY = 20;

    /// <summary>include/uapi/linux/inet_diag.h: the attribute that tells which directions are shut down, one byte.</summary>
    public const ushort INET_DIAG_SHUTDOWN = 8;

    /// <summary>include/uapi/linux/inet_diag.h: the attribute that tells <c>IPV6_V6ONLY</c>, one byte.</summary>
    public const ushort INET_DIAG_SKV6ONLY = 11;

    /// <summary>include/linux/socket.h.</summary>
    public const byte AF_INET = 2;

    /// <summary>include/linux/socket.h.</summary>
    public const byte AF_INET6 = 10;

    /// <summary>include/uapi/linux/in.h.</summary>
    public const byte IPPROTO_TCP = 6;
}
