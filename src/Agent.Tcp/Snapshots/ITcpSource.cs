using Agent.Tcp.Namespaces;

namespace Agent.Tcp.Snapshots;

/// <summary>A way to learn of a namespace's sockets.</summary>
internal interface ITcpSource
{
    TcpSourceKind Kind { get; }

    /// <summary>
    /// Reads the namespace into a snapshot that was begun for it. A family that was not read to its end keeps
    /// <see cref="FamilyStatus.Failed"/>, has no counts, and an error tells why. Never throws for what the kernel answers.
    /// </summary>
    void Read(TcpNamespace space, NamespaceSnapshot snapshot, List<ReadError> errors);
}
