namespace Agent.Tests.Support;

/// <summary>
/// This machine as a node with one Kubernetes pod and one container of Docker's: a proc root of links into the real one, in
/// which two processes that have network namespaces of their own carry such cgroups. The tables are the kernel's. The pod's
/// namespace can be entered, and so is read by sock_diag; the container's cannot, and is read by procfs. The sockets are, in
/// each, a health port of the agent's and connections to it, which their client never closes.
/// </summary>
internal sealed class PodNode : IAsyncDisposable
{
    public const string PodName = "web-0";
    public const string PodNamespace = "shop";

    private const string Uid = "0b7f3a52-1c7e-4c0f-9a55-3f6c2f0f7d11";

    private const string ContainerId = "4f0c1d3b2a594867788695a4b3c2d1e0f00112233445566778899aabbccddeef";

    private static readonly string PodCgroup =
        $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Uid.Replace('-', '_')}.slice/cri-containerd-{ContainerId}.scope";

    private static readonly string ContainerCgroup = $"/system.slice/docker-{ContainerId.Replace('4', '5')}.scope";

    /// <summary>
    /// Bash is the client: its descriptors stay open, so that what the server closes stays in CLOSE_WAIT. The address of
    /// 192.0.2.0/24 (RFC 5737) is behind the loopback and is no one's: what connects to it stays in SYN_SENT.
    /// </summary>
    private const string Script = """
        ip link set lo up
        ip route add 192.0.2.0/24 dev lo
        OTEL_METRICS_EXPORTER=none Health__Port=9964 "$0" &
        trap 'kill $(jobs -p)' EXIT
        until exec 9<>/dev/tcp/127.0.0.1/9964; do sleep 0.1; done 2>/dev/null
        for descriptor in 10 11 12 13 14; do eval "exec $descriptor<>/dev/tcp/127.0.0.1/9964"; done
        while :; do exec 9<>/dev/tcp/192.0.2.1/9; done 2>/dev/null &
        while sleep 0.2; do exec 8<>/dev/tcp/127.0.0.1/9964; done 2>/dev/null &
        echo "pid $$"
        sleep 600 & wait
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly List<TestProcess> _processes = [];

    public string ProcRoot => _folder.File("proc");

    public string PodLogs => _folder.File("pods");

    /// <summary>Starts the pod, or skips the test where that needs root.</summary>
    public static async Task<PodNode> StartOrSkipAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, for a network namespace of the test's own.");
        var node = new PodNode();
        node.Link("1", "/proc/1");
        node.LinkOthers();
        await node.AddAsync(PodCgroup, isOpen: true, "bash", "-c", Script, AgentProgram.File);
        await node.AddAsync(ContainerCgroup, isOpen: false, "bash", "-c", Script, AgentProgram.File);
        Directory.CreateDirectory(Path.Combine(node.PodLogs, $"{PodNamespace}_{PodName}_{Uid}"));
        return node;
    }

    /// <summary>A second namespace whose table has a torn row, as no kernel writes it.</summary>
    public void AddTornTable() => Link("999999999", Path.Combine(FixtureProcRoot.Path, "1"));

    /// <summary>A namespace whose table cannot be read at all.</summary>
    public void AddUnreadableTable() => Directory.CreateDirectory(Path.Combine(ProcRoot, "999999998", "net", "tcp"));

    /// <summary>A second pod, in all the trouble that the alerts on sockets are about, or skips the test without Node.js.</summary>
    public Task AddTroubledPodOrSkipAsync()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "node"))),
            "Needs Node.js, which makes the trouble: apt-get install nodejs.");
        return AddAsync(
            PodCgroup.Replace("0b7f3a52", "1b7f3a52", StringComparison.Ordinal),
            isOpen: true,
            "node",
            Path.Combine(Repository.Root, "tests", "tools", "trouble", "trouble.mjs"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestProcess process in _processes)
        {
            process.Terminate();
            await process.WaitForExitAsync();
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task AddAsync(string cgroup, bool isOpen, params string[] command)
    {
        TestProcess process = TestProcess.Start("unshare", ["--net", .. command], AgentProgram.Environment([]));
        _processes.Add(process);
        string pid = (await process.Output.WaitForAsync("pid "))["pid ".Length..];
        _folder.Write($"proc/{pid}/cgroup", $"0::{cgroup}\n");
        Link($"{pid}/net", $"/proc/{pid}/net");
        Link($"{pid}/stat", $"/proc/{pid}/stat");
        Link($"{pid}/status", $"/proc/{pid}/status");
        if (isOpen)
        {
            Link($"{pid}/ns", $"/proc/{pid}/ns");
        }
    }

    /// <summary>What belongs to no process: sys, stat, meminfo, self and the rest.</summary>
    private void LinkOthers()
    {
        foreach (string entry in Directory.GetFileSystemEntries("/proc").Select(path => Path.GetFileName(path)!))
        {
            if (!char.IsAsciiDigit(entry[0]))
            {
                Link(entry, $"/proc/{entry}");
            }
        }
    }

    private void Link(string name, string target)
    {
        string link = Path.Combine(ProcRoot, name);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
    }
}
