using System.Globalization;

namespace Agent.Tests.Support;

/// <summary>
/// A proc root of this machine's PID 1 and of pods: processes in network namespaces of their own, which carry such cgroups. What
/// the kernel counts of each is what the test makes: connections that are refused. A listener, an agent's health port, stands in
/// each, because the counters of a namespace without sockets are read every 45 s only.
/// </summary>
internal sealed class ConnectingPods : IAsyncDisposable
{
    /// <summary>A port of the loopback that nothing listens on, and the reset that comes back.</summary>
    private const string Connect = "for ((i = 0; i < {0}; i++)); do : <>/dev/tcp/127.0.0.1/1; done 2>/dev/null";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, TestProcess> _pods = new(StringComparer.Ordinal);

    private ConnectingPods() => Directory.CreateDirectory(Path.Combine(_folder.Path, "1"));

    public string ProcRoot => _folder.Path;

    /// <summary>None yet, or skips the test where they need root.</summary>
    public static ConnectingPods CreateOrSkip()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, for network namespaces of the test's own.");
        var pods = new ConnectingPods();
        foreach (string file in (string[])["net", "stat", "cgroup", "mountinfo"])
        {
            pods.Link("1", file, "1");
        }

        return pods;
    }

    /// <summary>Starts one, which connects so many times before it can be found.</summary>
    public async Task StartAsync(string uid, int connections)
    {
        string script = $"ip link set lo up; \"$0\" & until grep -q ' 0A ' /proc/net/tcp; do sleep 0.05; done; {Loop(connections)}; echo ready; wait";
        TestProcess process = _pods[uid] = TestProcess.Start(
            "unshare",
            ["--net", "bash", "-c", script, AgentProgram.File],
            AgentProgram.Environment([new("OTEL_METRICS_EXPORTER", "none"), new("Health__Port", "9964")]));
        await process.Output.WaitForAsync("ready");
        string pid = process.Id.ToString(CultureInfo.InvariantCulture);
        _folder.Write($"{pid}/cgroup", $"0::/kubepods.slice/kubepods-pod{uid.Replace('-', '_')}.slice/cri-containerd-{new string('a', 64)}.scope\n");

        // The agent may look at any moment: what tells its namespace comes last.
        Link(pid, "stat", pid);
        Link(pid, "net", pid);
    }

    /// <summary>Connects so many times more.</summary>
    public async Task ConnectAsync(string uid, int connections)
    {
        string file = string.Create(CultureInfo.InvariantCulture, $"--net=/proc/{_pods[uid].Id}/ns/net");
        await using TestProcess process = TestProcess.Start("nsenter", [file, "bash", "-c", $"{Loop(connections)}; true"], AgentProgram.Environment([]));
        (await process.WaitForExitAsync()).ShouldBe(0, process.Error.Text);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TestProcess pod in _pods.Values)
        {
            await pod.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static string Loop(int connections) => Connect.Replace("{0}", connections.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private void Link(string process, string file, string target) =>
        File.CreateSymbolicLink(_folder.File($"{process}/{file}"), $"/proc/{target}/{file}");
}
