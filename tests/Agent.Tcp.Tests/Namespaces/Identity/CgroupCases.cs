namespace Agent.Tcp.Tests.Namespaces.Identity;

/// <summary>
/// Contents of <c>/proc/PID/cgroup</c>: most as they were found in the field, in the trackers and test suites of the
/// runtimes and of other agents; a few put together from those (a removed cgroup, Docker in a pod, names that only
/// look like one).
/// </summary>
internal static partial class CgroupCases
{
    public static Dictionary<string, CgroupCase> All { get; } = new(StringComparer.Ordinal);

    static CgroupCases()
    {
        AddSystemdPods();
        AddCgroupfsPods();
        AddNestedPods();
        AddContainers();
        AddOthers();
    }

    private static void Pod(string name, string text, string uid, string? container = null) =>
        All.Add(name, new CgroupCase(text + "\n", uid, container));

    private static void Container(string name, string text, string id) =>
        All.Add(name, new CgroupCase(text + "\n", ContainerId: id));

    private static void Other(string name, string text) => All.Add(name, new CgroupCase(text + "\n"));

    /// <summary>The same path in every hierarchy, as cgroup v1 has it.</summary>
    private static string Everywhere(string path) => string.Join('\n', new[]
    {
        "11:devices", "10:memory", "9:hugetlb", "8:perf_event", "7:freezer", "6:pids", "5:cpu,cpuacct", "4:cpuset",
        "3:blkio", "2:net_cls,net_prio", "1:name=systemd",
    }.Select(hierarchy => $"{hierarchy}:{path}"));
}
