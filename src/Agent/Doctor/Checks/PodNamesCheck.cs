using Agent.Tcp;
using Agent.Text;

namespace Agent.Doctor.Checks;

/// <summary>The directory that pods have their names from.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Fault">Why it cannot be listed; null when it can.</param>
/// <param name="Pods">How many pods' logs it holds.</param>
internal sealed record PodLogFacts(string Path, string? Fault, int Pods)
{
    public static PodLogFacts Of(string path)
    {
        try
        {
            return new PodLogFacts(
                path, null, Directory.EnumerateDirectories(path).Count(one => TcpView.IsPodLog(System.IO.Path.GetFileName(one))));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new PodLogFacts(path, IoFaults.Describe(exception), 0);
        }
    }
}

/// <summary>Whether pods can be called by their names, and not by their UIDs only.</summary>
internal static class PodNamesCheck
{
    private static readonly Mend Mount = new(
        $"Let this user list {TcpInstrumentationOptions.DefaultPodLogs}, where the kubelet names pods (NAMESPACE_NAME_UID); without it pods are reported by UID only.",
        $"mount {TcpInstrumentationOptions.DefaultPodLogs} of the node read-only at the same path; the chart does with podLogs.enabled: true.");

    public static Finding Judge(PodLogFacts logs, NodeView node, bool onKubernetes) => logs switch
    {
        { Fault: not null } when node.Pods == 0 && !onKubernetes =>
            Finding.Skipped($"no pod is seen, and {logs.Path} is not there or cannot be listed: no Kubernetes node"),
        { Fault: { } fault } => Finding.Warning($"{logs.Path} cannot be listed: {fault}", Mount),
        _ when node.NamedPods < node.Pods => Finding.Warning(
            $"{logs.Path} names {logs.Pods} pod(s); {node.Pods - node.NamedPods} of the {node.Pods} seen are not among them",
            new Mend($"Check that {logs.Path} is the one of this node's kubelet.", "mount the node's directory, not another volume, at that path.")),
        _ => Finding.Ok($"{logs.Path} can be listed and names {logs.Pods} pod(s); all {node.Pods} seen have names"),
    };
}
