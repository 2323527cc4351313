namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>Cgroups of a pod's containers and of others, by number.</summary>
internal static class Cgroups
{
    public const string Service = "0::/system.slice/containerd.service";

    public static string Uid(int pod) => $"7fda01c4-0ece-403d-88b4-{pod:x12}";

    public static string Id(int container) => container.ToString("x64");

    public static string Pod(int pod, int container = 1) => $"0::/kubepods/burstable/pod{Uid(pod)}/{Id(container)}";

    public static string Container(int container) => $"0::/docker/{Id(container)}";
}
