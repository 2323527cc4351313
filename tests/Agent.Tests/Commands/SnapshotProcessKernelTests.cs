using System.Runtime.Versioning;
using System.Text.Json;
using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Commands;

/// <summary><c>snapshot --by process</c> over real sockets of real processes, whoever runs it.</summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed class SnapshotProcessKernelTests
{
    public SnapshotProcessKernelTests() => SocketsOfEverySort.SkipUnlessPossible();

    /// <summary>
    /// From 20,000 open files on the kernel's iterator finds the processes, where it may be used: so without the capabilities that
    /// reading the links of open files takes. Where it may not, the links do.
    /// </summary>
    [Theory]
    [InlineData("sockdiag", "+sys_admin")]
    [InlineData("sockdiag", "+bpf,+perfmon")]
    [InlineData("sockdiag", "+sys_admin", "--pid", "--fork", "--mount-proc", "--kill-child")]
    [InlineData("sockdiag", "+sys_ptrace,+dac_read_search")]
    [InlineData("procfs", "+sys_admin,+sys_ptrace,+dac_read_search")]
    public async Task ByProcess_ManySockets_AreFoundByEitherWay(string source, string capabilities, params string[] unshare)
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync(ManySockets, unshare);
        int[] children = [.. sockets.Output.All.TakeWhile(line => line != "started").Select(int.Parse)];
        children.Length.ShouldBe(4);

        await using TestProcess snapshot = TestProcess.Start(
            "/usr/bin/nsenter",
            [
                $"--net=/proc/{sockets.Id}/ns/net", $"--mount=/proc/{sockets.Id}/ns/mnt", $"--pid=/proc/{sockets.Id}/ns/pid_for_children",
                "setpriv", "--inh-caps=-all", $"--bounding-set=-all,{capabilities}",
                AgentProgram.File, "snapshot", "--by", "process", "--namespaces", "own", "--source", source, "--json",
            ],
            AgentProgram.Environment([]));

        CommandResult result = await snapshot.WaitForResultAsync();

        result.ExitCode.ShouldBe(0, result.OutputText + result.ErrorText);
        SnapshotGroupsKernelTests.Groups(result.OutputText).ShouldBe(
            children.Select(pid => $$"""{"pid":{{pid}},"command":"many"} 5101 {"established":5100,"listen":1}""").Order(StringComparer.Ordinal));
    }

    /// <summary>With <c>--source procfs</c>, or little memory, nothing is loaded into the kernel: the capabilities for links are needed.</summary>
    [Theory]
    [InlineData("procfs", "+sys_admin", "NOTHING=")]
    [InlineData("sockdiag", "+net_admin", "NOTHING=")]
    [InlineData("sockdiag", "+sys_admin", "DOTNET_GCHeapHardLimit=1800000")]
    public async Task ByProcess_ManySocketsThatMayNotBeFound_SaysSo(string source, string capabilities, string variable)
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync(ManySockets);
        await using TestProcess snapshot = TestProcess.Start(
            "/usr/bin/nsenter",
            [
                $"--net=/proc/{sockets.Id}/ns/net", "setpriv", "--inh-caps=-all", $"--bounding-set=-all,{capabilities}", "env", variable,
                AgentProgram.File, "snapshot", "--by", "process", "--namespaces", "own", "--source", source,
            ],
            AgentProgram.Environment([]));

        CommandResult result = await snapshot.WaitForResultAsync();

        result.ExitCode.ShouldBe(1);
        result.ErrorText.ShouldContain("20404 sockets are shown without a process. They may be open in ");
    }

    /// <summary>An ordinary user behind hidepid sees no processes but its own: their sockets are in groups by user.</summary>
    [Theory]
    [InlineData("hidepid=2", "may be open in processes of other users, which the mount option hidepid hides. Run as root, or with CAP_SYS_PTRACE")]
    [InlineData("hidepid=1", "processes whose open files may not be read. Run as root, or with CAP_SYS_PTRACE")]
    [InlineData("hidepid=0", "processes whose open files may not be read. Run as root, or with CAP_SYS_PTRACE")]
    public async Task ByProcess_AsAnOrdinaryUser_KeepsWhatIsHiddenInGroupsByUser(string option, string error)
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, AgentProgram.ForAll);
        string program = AgentProgram.CopyTo(folder);
        string script = folder.Write("sockets.py", SocketsOfEverySort.Script);
        await using TestProcess sockets = TestProcess.Start(
            "/usr/bin/unshare",
            [
                "--net", "--pid", "--fork", "--mount-proc", "--kill-child", "/bin/sh", "-c",
                $"mount -o remount,{option} /proc && {SocketsOfEverySort.Python} '{script}' & while ! {SocketsOfEverySort.Ss} -Htln | grep -q 5050; do sleep 0.05; done; sleep 0.3; "
                + $"{SocketsOfEverySort.Ss} -Htanpe >'{folder.Path}/ss'; setpriv --reuid 65532 --regid 65532 --clear-groups --inh-caps=-all --bounding-set=-all "
                + $"'{program}' snapshot --by process --namespaces own --json; echo exit $?; kill %1; kill -9 -1",
            ],
            AgentProgram.Environment([]));
        string exit = await sockets.Output.WaitForAsync("exit ");

        exit.ShouldBe("exit 1", sockets.Output.Text);
        SsLine[] lines = [.. File.ReadLines(folder.File("ss")).Select(SsLine.Parse)];
        string json = string.Join('\n', sockets.Output.All.TakeWhile(line => line != exit).SkipWhile(line => line == "started"));
        SnapshotGroupsKernelTests.Groups(json).ShouldBe(
            SnapshotGroupsKernelTests.Expected(lines, line => line.Inode == 0 ? """{"owner":"kernel"}"""
                : line.Uid == 65532 ? $$"""{"pid":{{line.Pids.Min()}},"command":"{{line.Command}}"}"""
                : """{"owner":"unknown","uid":0,"user":"root"}"""));
        SnapshotGroupsKernelTests.Error(json).ShouldContain(error);
    }

    /// <summary>As a pod with enterNamespaces: root, without the capability to list the open files of other users.</summary>
    [Fact]
    public async Task ByProcess_AsRootWithoutACapability_NamesIt()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        await using TestProcess snapshot = TestProcess.Start(
            "/usr/bin/nsenter",
            [
                $"--net=/proc/{sockets.Id}/ns/net", "setpriv", "--inh-caps=-all", "--bounding-set=-all,+sys_admin,+sys_ptrace",
                AgentProgram.File, "snapshot", "--by", "process", "--namespaces", "own", "--source", "procfs",
            ],
            AgentProgram.Environment([]));

        CommandResult result = await snapshot.WaitForResultAsync();

        result.ExitCode.ShouldBe(1);
        result.ErrorText.ShouldContain(" whose open files may not be read. Root is without CAP_DAC_READ_SEARCH here");
    }

    /// <summary>
    /// Processes that begin and end all the time cost neither an error nor a socket, and none has another's: those that listen
    /// and those that connect are named so before they have a socket.
    /// </summary>
    [Fact]
    public async Task ByProcess_WhileProcessesEnd_KeepsTheOthersSockets()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        await using TestProcess churn = TestProcess.Start(
            "/usr/bin/nsenter",
            [
                $"--net=/proc/{sockets.Id}/ns/net", SocketsOfEverySort.Python, "-c",
                """
                import ctypes, os, socket
                libc = ctypes.CDLL(None)
                server = socket.create_server(("127.0.0.1", 7777))
                def child(name, work):
                    pid = os.fork()
                    if pid == 0:
                        libc.prctl(15, name, 0, 0, 0)  # PR_SET_NAME
                        server.close()
                        kept = work()
                        os._exit(0)
                    return pid
                def listens():
                    return [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
                def connects():
                    return [socket.create_connection(("127.0.0.1", 7777)) for _ in range(3)]
                print("started", flush=True)
                while True:
                    children = [child(b"listens", listens), child(b"connects", connects)]
                    for _ in range(3):
                        server.accept()[0].close()
                    for one in children:
                        os.waitpid(one, 0)
                """,
            ],
            AgentProgram.Environment([]));
        await churn.Output.WaitForAsync("started");
        SsLine[] lines = [.. (await SocketsOfEverySort.SsAsync(sockets)).Where(line => line.Pids.Contains(sockets.Id))];

        // A sandbox's PID 1 may be hidden from root: then a socket whose process has ended might be its.
        bool isSomeHidden = (await SocketsOfEverySort.RunAsync(sockets, "sh", "-c", "ls -l /proc/[0-9]*/fd 2>&1 | grep -c 'Permission denied' || true")).Trim() != "0";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int run = 0; run < 10; run++)
        {
            string snapshot = await SnapshotGroupsKernelTests.SnapshotAsync(sockets, isSomeHidden ? 1 : 0, "--by", "process");
            string[] groups = SnapshotGroupsKernelTests.Groups(snapshot);
            using JsonDocument json = JsonDocument.Parse(snapshot);
            json.RootElement.GetProperty("errors").EnumerateArray().ShouldAllBe(
                error => isSomeHidden && error.GetProperty("error").GetString()!.Contains("may not be read", StringComparison.Ordinal));

            foreach (string group in SnapshotGroupsKernelTests.Expected(lines, SnapshotGroupsKernelTests.Process))
            {
                groups.ShouldContain(one => one == group);
            }

            JsonElement[] all = [.. json.RootElement.GetProperty("groups").EnumerateArray()];
            all.Select(group => JsonText.Compact(group.GetProperty("key"))).ShouldBeUnique(StringComparer.Ordinal);
            foreach (JsonElement group in all)
            {
                string[] states = [.. group.GetProperty("states").EnumerateObject().Select(state => state.Name)];
                long[] counts = [.. group.GetProperty("states").EnumerateObject().Select(state => state.Value.GetInt64())];
                counts.ShouldAllBe(count => count > 0);
                counts.Sum().ShouldBe(group.GetProperty("count").GetInt64());
                switch (group.GetProperty("key").TryGetProperty("command", out JsonElement command) ? command.GetString() : Owner(group))
                {
                    case "listens":
                        states.ShouldBe(["listen"]);
                        counts[0].ShouldBeLessThanOrEqualTo(3);
                        break;
                    case "connects":
                        states.ShouldNotContain("listen", StringComparer.Ordinal);
                        counts.Sum().ShouldBeLessThanOrEqualTo(3);
                        break;
                    case "kernel":
                        // Established ones are those that have not been accepted.
                        states.ShouldNotContain("listen", StringComparer.Ordinal);
                        break;
                }
            }

            seen.UnionWith(all.Select(group => group.GetProperty("key").TryGetProperty("command", out JsonElement command) ? command.GetString()! : Owner(group)!));
        }

        seen.ShouldContain("kernel", StringComparer.Ordinal);
        string text = await SocketsOfEverySort.RunAsync(
            sockets, isSomeHidden ? 1 : 0, [AgentProgram.File, "snapshot", "--namespaces", "own", "--by", "process"]);
        string[] rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int header = Array.FindIndex(rows, row => row.Contains(" TOTAL ", StringComparison.Ordinal));
        int end = rows[header].IndexOf(" TOTAL ", StringComparison.Ordinal) + " TOTAL".Length;
        rows[(header + 1)..].Sum(row => int.Parse(row[..end].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe(int.Parse(rows[0].Split("Sockets by process: ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), text);

        static string? Owner(JsonElement group) => group.GetProperty("key").TryGetProperty("owner", out JsonElement owner) ? owner.GetString() : null;
    }

    /// <summary>Four processes, each of which listens and has both ends of 2,550 connections.</summary>
    private const string ManySockets = """
        import ctypes, os, resource, socket, subprocess, time
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        for child in range(4):
            ready, done = os.pipe()
            pid = os.fork()
            if pid == 0:
                ctypes.CDLL(None).prctl(15, b"many", 0, 0, 0)  # PR_SET_NAME
                server = socket.create_server(("127.0.0.%d" % (child + 1), 8080))
                kept = []
                for _ in range(2550):
                    kept.append(socket.create_connection(server.getsockname()))
                    kept.append(server.accept()[0])
                os.write(done, b"1")
                time.sleep(600)
            os.read(ready, 1)
            print(pid, flush=True)
        print("started", flush=True)
        time.sleep(600)
        """;
}
