using Agent.Tcp.Namespaces;

namespace Agent.Tcp.SockDiag.Foreign;

/// <summary>Opens netlink sockets inside other network namespaces.</summary>
internal interface INamespaceEntrance
{
    /// <summary>Opens one, through the process that stands for the namespace. Never throws for what the kernel answers.</summary>
    EntranceResult Enter(TcpNamespace space);
}
