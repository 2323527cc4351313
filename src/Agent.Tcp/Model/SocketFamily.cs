namespace Agent.Tcp;

/// <summary>Which of the kernel's tables a socket stands in: the attribute <c>tcp.socket.family</c>.</summary>
public enum SocketFamily : byte
{
    /// <summary>AF_INET, <c>/proc/net/tcp</c>.</summary>
    Inet = 0,

    /// <summary>AF_INET6, <c>/proc/net/tcp6</c>; carries IPv4 too, as mapped addresses.</summary>
    Inet6 = 1,
}

/// <summary>What is on the wire: the attribute <c>network.type</c> of the semantic conventions.</summary>
public enum NetworkType : byte
{
    /// <summary>IPv4, also when the socket is an AF_INET6 one with IPv4-mapped addresses.</summary>
    Ipv4 = 0,

    /// <summary>IPv6.</summary>
    Ipv6 = 1,
}

/// <summary>The metric values of <see cref="SocketFamily"/> and <see cref="NetworkType"/>.</summary>
public static class AddressFamilies
{
    /// <summary><c>inet</c> or <c>inet6</c>.</summary>
    public static string MetricValue(SocketFamily family) => family == SocketFamily.Inet ? "inet" : "inet6";

    /// <summary><c>ipv4</c> or <c>ipv6</c>.</summary>
    public static string MetricValue(NetworkType type) => type == NetworkType.Ipv4 ? "ipv4" : "ipv6";
}

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
