using Agent.Tcp.Snapshots;

namespace Agent.Tcp.Tests;

internal static class SingleNamespace
{
    extension(TcpSnapshot snapshot)
    {
        /// <summary>The one namespace of a snapshot whose scope has just one.</summary>
        public NamespaceSnapshot Namespace => snapshot.Namespaces.Single();
    }
}
