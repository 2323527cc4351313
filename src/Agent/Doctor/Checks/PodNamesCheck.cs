using Agent.Text;

namespace Agent.Doctor.Checks;

/// <summary>A directory that pod names are read from: how many pods its entries name, or why it cannot be listed.</summary>
internal sealed record PodLogFacts(string Path, string? Fault, int Pods)
{
    /// <summary>The directories in use.</summary>
    public static IReadOnlyList<PodLogFacts> Of(TcpInstrumentationOptions options) =>
    [
        .. options.ContainerLogs.Length == 0 ? [] : new[] { Of(options.ContainerLogs, byContainer: true) },
        .. options.PodLogs.Length == 0 ? [] : new[] { Of(options.PodLogs, byContainer: false) },
    ];

    public static PodLogFacts Of(string path, bool byContainer)
    {
        try
        {
            return new PodLogFacts(path, null, TcpView.CountPods(Directory.EnumerateFileSystemEntries(path), byContainer));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new PodLogFacts(path, IoFaults.Describe(exception), 0);
        }
    }

    public override string ToString() => Fault is null ? $"{Path} names {Pods} pod(s)" : $"{Path} cannot be listed: {Fault}";
}

/// <summary>Whether pods are reported by name, and not only by UID.</summary>
internal static class PodNamesCheck
{
    private const string Cause =
        $"The kubelet creates {TcpInstrumentationOptions.DefaultPodLogs} 0750 root:root and {TcpInstrumentationOptions.DefaultContainerLogs} 0755";

    private static readonly Fix Mount = new(
        $"Let this user list {TcpInstrumentationOptions.DefaultContainerLogs} (Tcp:ContainerLogs); without it, pods are reported by UID only. {Cause}.",
        $"mount {TcpInstrumentationOptions.DefaultContainerLogs} of the node read-only at the same path; the chart does so with podLogs.enabled: true.");

    private static readonly Fix Compare = new(
        $"Check that {TcpInstrumentationOptions.DefaultContainerLogs} is the directory of this node's kubelet. A pod has a link there as soon as one of its containers has a log. {Cause}.",
        "mount the node's directories, not other volumes, at those paths.");

    public static Finding Judge(IReadOnlyList<PodLogFacts> logs, NodeView node, bool onKubernetes)
    {
        string directories = string.Join("; ", logs);
        if (logs.Count == 0)
        {
            return Finding.Skipped("Tcp:ContainerLogs and Tcp:PodLogs are empty: pods are reported by UID only");
        }

        if (logs.All(one => one.Fault is not null))
        {
            return node.Pods == 0 && !onKubernetes
                ? Finding.Skipped($"no pod is seen and no names can be read ({directories}): not a Kubernetes node")
                : Finding.Warning(directories, Mount);
        }

        return node.NamedPods < node.Pods
            ? Finding.Warning(
                $"{node.Pods - node.NamedPods} of the {node.Pods} pods seen have no name: {directories}",
                logs[0].Fault is null ? Compare : Mount)
            : Finding.Ok($"all {node.Pods} pods seen have names: {directories}");
    }
}
