namespace Agent.Tcp.Namespaces.PodNames;

/// <summary>What people call a pod.</summary>
/// <param name="Namespace">The Kubernetes namespace.</param>
/// <param name="Name">Its name in there.</param>
internal readonly record struct PodName(string Namespace, string Name);
