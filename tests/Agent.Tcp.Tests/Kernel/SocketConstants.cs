namespace Agent.Tcp.Tests.Kernel;

/// <summary>Numbers of linux/socket.h and its kin, the same on x86-64 and arm64.</summary>
internal static class SocketConstants
{
    /// <summary><c>AF_INET</c></summary>
    public const int Inet = 2;

    /// <summary><c>AF_INET6</c></summary>
    public const int Inet6 = 10;

    /// <summary><c>SOCK_STREAM</c></summary>
    public const int Stream = 1;

    /// <summary><c>SOCK_DGRAM</c></summary>
    public const int Datagram = 2;

    /// <summary><c>SOCK_CLOEXEC</c></summary>
    public const int CloseOnExec = 0x80000;

    /// <summary><c>SOCK_NONBLOCK</c></summary>
    public const int NonBlocking = 0x800;

    /// <summary><c>SOL_SOCKET</c></summary>
    public const int SocketLevel = 1;

    /// <summary><c>SO_SNDBUF</c></summary>
    public const int SendBuffer = 7;

    /// <summary><c>SO_ATTACH_FILTER</c></summary>
    public const int AttachFilter = 26;

    /// <summary><c>IPPROTO_IPV6</c></summary>
    public const int Ipv6Level = 41;

    /// <summary><c>IPV6_ADDRFORM</c></summary>
    public const int AddressForm = 1;

    /// <summary><c>IPV6_V6ONLY</c></summary>
    public const int Ipv6Only = 26;

    /// <summary><c>SHUT_RD</c></summary>
    public const int ShutdownRead = 0;

    /// <summary><c>SHUT_WR</c></summary>
    public const int ShutdownWrite = 1;

    /// <summary><c>EINPROGRESS</c></summary>
    public const int InProgress = 115;
}
