namespace Agent.Tcp;

/// <summary>
/// The three combinations of <see cref="NetworkType"/> and <see cref="SocketFamily"/> that exist:
/// an AF_INET socket never carries IPv6.
/// </summary>
internal enum TcpSocketKind : byte
{
    Ipv4Inet = 0,
    Ipv4Inet6 = 1,
    Ipv6Inet6 = 2,
}

internal static class TcpSocketKinds
{
    public const int Count = 3;

    public static TcpSocketKind Of(SocketFamily family, bool ipv4Mapped) =>
        family == SocketFamily.Inet ? TcpSocketKind.Ipv4Inet
        : ipv4Mapped ? TcpSocketKind.Ipv4Inet6
        : TcpSocketKind.Ipv6Inet6;

    public static SocketFamily Family(this TcpSocketKind kind) =>
        kind == TcpSocketKind.Ipv4Inet ? SocketFamily.Inet : SocketFamily.Inet6;

    public static NetworkType Type(this TcpSocketKind kind) =>
        kind == TcpSocketKind.Ipv6Inet6 ? NetworkType.Ipv6 : NetworkType.Ipv4;
}
