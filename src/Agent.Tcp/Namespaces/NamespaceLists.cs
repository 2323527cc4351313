using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Namespaces.PodNames;
using Agent.Tcp.Snapshots;
using Microsoft.Extensions.Logging;

namespace Agent.Tcp.Namespaces;

/// <summary>Chooses the list for a scope.</summary>
internal static class NamespaceLists
{
    public static INamespaceList Create(TcpInstrumentationOptions options, TimeProvider time, ILogger logger) =>
        options.Namespaces == NamespaceScope.All
            ? new DiscoveredNamespaces(options.ProcRoot, PodNames(options.PodLogs, time, logger))
            : new NamespaceResolver(options.ProcRoot, options.Namespaces);

    private static PodLogDirectory? PodNames(string path, TimeProvider time, ILogger logger) =>
        path.Length == 0 ? null : new PodLogDirectory(path, time, logger);

    /// <summary>Every namespace that has a process.</summary>
    private sealed class DiscoveredNamespaces(string procRoot, PodLogDirectory? names) : INamespaceList
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
