using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Namespaces;

/// <summary>The namespaces that a scope takes in.</summary>
internal interface INamespaceList : IDisposable
{
    /// <summary>
    /// The namespaces there are now, the host's first where it is among them. The same list as before when nothing
    /// changed; it does not change afterwards. What could not be seen is added to <paramref name="errors"/>.
    /// </summary>
    IReadOnlyList<TcpNamespace> Refresh(List<ReadError> errors);
}
