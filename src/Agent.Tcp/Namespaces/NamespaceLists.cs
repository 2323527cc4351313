using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Namespaces.PodNames;

namespace Agent.Tcp.Namespaces;

/// <summary>Chooses the list for a scope.</summary>
internal static class NamespaceLists
{
    public static INamespaceList Create(TcpInstrumentationOptions options, TimeProvider time, ILogger logger) =>
        options.Namespaces == NamespaceScope.All
            ? new DiscoveredNamespaces(options.ProcRoot, PodNameSource.Create(options, time, logger))
            : new NamespaceResolver(options.ProcRoot, options.Namespaces);

    /// <summary>Every namespace that has a process.</summary>
    private sealed class DiscoveredNamespaces(string procRoot, PodNameSource? names) : INamespaceList
    {
        private readonly NamespaceDiscovery _discovery = new(procRoot, names);

        public IReadOnlyList<TcpNamespace> Refresh(List<ReadError> errors)
        {
            IReadOnlyList<TcpNamespace> found = _discovery.Refresh();
            if (DiscoveryErrors.Of(procRoot, _discovery.Status) is { } error)
            {
                errors.Add(error);
            }

            return found;
        }

        public void Dispose() => _discovery.Dispose();
    }
}

/// <summary>The namespaces that a scope takes in.</summary>
internal interface INamespaceList : IDisposable
{
    /// <summary>
    /// The namespaces there are now, the host's first where it is among them. The same list as before when nothing
    /// changed; it does not change afterwards. What could not be seen is added to <paramref name="errors"/>.
    /// </summary>
    IReadOnlyList<TcpNamespace> Refresh(List<ReadError> errors);
}
