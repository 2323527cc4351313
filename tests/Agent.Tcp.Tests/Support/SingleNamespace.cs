using Agent.Tcp.Scheduling;

namespace Agent.Tcp.Tests;

internal static class SingleNamespace
{
    extension(TcpSnapshot snapshot)
    {
        /// <summary>That of the one namespace of a snapshot whose scope has just one.</summary>
        public Reading Reading => snapshot.Namespaces.Single().Reading;
    }
}
