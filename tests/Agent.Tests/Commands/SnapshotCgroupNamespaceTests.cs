using System.Text.Json;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

/// <summary>
/// The real program in a real cgroup namespace, as containerd gives each container one with cgroup v2: it sees the
/// containers of its own pod as <c>/../ID</c>, and those of others as <c>/../../podUID/ID</c>.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SnapshotCgroupNamespaceTests : IDisposable
{
    private const string OwnPod = "0b7f3a52-1c7e-4c0f-9a55-3f6c2f0f7d11";
    private const string OtherPod = "5d1c4b3e-0a0c-4b3e-9b0a-0c5b4c1a2d3e";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _cgroups = [];
    private readonly List<TestProcess> _processes = [];

    [Fact]
    public async Task Snapshot_InACgroupNamespaceOfItsOwn_StillNamesThePods()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make cgroups and namespaces.");
        string root = $"{HierarchyOrSkip()}/agent-test-{Guid.NewGuid():n}";
        string own = Cgroup(root, OwnPod, 'a');
        string sibling = Cgroup(root, OwnPod, 'b');
        string other = Cgroup(root, OtherPod, 'c');
        string hosts = _folder.Write($"pods/{OwnPod}/etc-hosts", "127.0.0.1 localhost\n");
        await StartAsync(sibling, $"mount --bind '{hosts}' /etc/hosts");
        await StartAsync(other, "true");

        await using TestProcess agent = Run($"echo $$ >'{own}/cgroup.procs' && exec unshare --cgroup '{AgentProgram.File}' snapshot --json");
        int code = await agent.WaitForExitAsync();

        code.ShouldBe(0, agent.Error.Text);
        using JsonDocument json = JsonDocument.Parse(agent.Output.Text);
        string?[] pods = [.. json.RootElement.GetProperty("namespaces").EnumerateArray()
            .Select(one => one.TryGetProperty("podUid", out JsonElement uid) ? uid.GetString() : null)];
        pods.ShouldContain(pod => pod == OtherPod);
        pods.ShouldContain(pod => pod == OwnPod);
    }

    public void Dispose()
    {
        foreach (TestProcess process in _processes)
        {
            process.Kill();
            process.WaitForExitAsync().GetAwaiter().GetResult();
        }

        // A cgroup is a directory that can be removed although it shows files.
        foreach (string cgroup in Enumerable.Reverse(_cgroups))
        {
            Directory.Delete(cgroup);
        }

        _folder.Dispose();
    }

    /// <summary>Where a hierarchy of cgroups can be written: version 2, or any of version 1.</summary>
    private static string HierarchyOrSkip()
    {
        string? found = new[] { "/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/pids" }
            .FirstOrDefault(one => File.Exists($"{one}/cgroup.procs"));
        Assert.SkipWhen(found is null, "Needs a mounted cgroup hierarchy.");
        try
        {
            string probe = $"{found}/agent-test-probe-{Guid.NewGuid():n}";
            Directory.CreateDirectory(probe);
            Directory.Delete(probe);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"Needs a cgroup hierarchy that can be written: {exception.Message}");
        }

        return found!;
    }

    private static TestProcess Run(string script) => TestProcess.Start("/bin/sh", ["-c", script], AgentProgram.Environment([]));

    private string Cgroup(string root, string pod, char digit)
    {
        string container = $"{root}/pod{pod}/{new string(digit, 64)}";
        foreach (string cgroup in new[] { root, Path.GetDirectoryName(container)!, container })
        {
            if (!Directory.Exists(cgroup))
            {
                Directory.CreateDirectory(cgroup);
                _cgroups.Add(cgroup);
            }
        }

        return container;
    }

    private async Task StartAsync(string cgroup, string command)
    {
        TestProcess process = Run(
            $"echo $$ >'{cgroup}/cgroup.procs' && exec unshare --net --mount sh -c \"{command} && echo started && exec sleep 1000\"");
        _processes.Add(process);
        await process.Output.WaitForAsync("started");
    }
}
