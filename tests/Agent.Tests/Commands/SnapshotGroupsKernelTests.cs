using System.Runtime.Versioning;
using System.Text.Json;
using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Commands;

/// <summary>
/// <c>snapshot --by</c> over real sockets of real processes, against <c>ss -tanpe</c> line by line. The sockets are in a network
/// namespace of the test's own, where nothing else comes or goes.
/// </summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed class SnapshotGroupsKernelTests
{
    public SnapshotGroupsKernelTests() => SocketsOfEverySort.SkipUnlessPossible();

    [Theory]
    [InlineData("sockdiag")]
    [InlineData("procfs")]
    public async Task By_SocketsOfEverySort_AreThoseOfSs(string source)
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        SsLine[] lines = await SocketsOfEverySort.SsAsync(sockets);
        lines.Select(line => line.State).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(
            ["CLOSE-WAIT", "ESTAB", "FIN-WAIT-2", "LISTEN", "TIME-WAIT"]);

        foreach ((string by, Func<SsLine, string> key) in new (string, Func<SsLine, string>)[]
        {
            ("port", line => Port(line, lines, isV6OnlyKnown: source == "sockdiag")),
            ("peer", line => Peer(line, lines, isV6OnlyKnown: source == "sockdiag")),
            ("process", Process),
            ("user", User),
        })
        {
            string[] groups = Groups(await SnapshotAsync(sockets, "--source", source, "--by", by));

            string.Join('\n', groups).ShouldBe(string.Join('\n', Expected(lines, key)), $"by {by}");
        }
    }

    [Fact]
    public async Task ByPeer_AClientsDestination_HasItsShareOfTheEphemeralPorts()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        await SocketsOfEverySort.RunAsync(sockets, "/bin/sh", "-c", "echo '30000 30999' >/proc/sys/net/ipv4/ip_local_port_range");
        SsLine[] lines = await SocketsOfEverySort.SsAsync(sockets);
        int used = lines.Count(line => line is { Remote: "127.0.0.1:8080", Local: var local } && SsLine.Number(local) is >= 30000 and <= 30999);

        using JsonDocument json = JsonDocument.Parse(await SnapshotAsync(sockets, "--by", "peer"));

        JsonElement group = json.RootElement.GetProperty("groups").EnumerateArray()
            .Single(one => JsonText.Compact(one.GetProperty("key")) == """{"role":"client","address":"127.0.0.1","port":8080}""");
        JsonText.Compact(group.GetProperty("ephemeralPorts")).ShouldBe($$"""{"used":{{used}},"limit":1000}""");
    }

    [Theory]
    [InlineData("sockdiag", "bound_inactive", 0, 1)]
    [InlineData("procfs", "bound_inactive", 1, 0)]
    [InlineData("procfs", "listen,bound_inactive", 1, 1)]
    public async Task State_BoundInactive_IsUnknownByProcfsAndNotNone(string source, string states, int exitCode, int count)
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync(BoundAndListening);

        string text = await SnapshotAsync(sockets, exitCode, "--source", source, "--by", "port", "--state", states);

        using JsonDocument json = JsonDocument.Parse(text);
        json.RootElement.GetProperty("groups").EnumerateArray().Sum(group => group.GetProperty("count").GetInt32()).ShouldBe(count);
        json.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(exitCode);
        if (exitCode > 0)
        {
            Error(text).ShouldContain("bound_inactive sockets are unknown for 1 network namespace that was read by procfs: only sock_diag shows them.");
        }
    }

    /// <summary>As the image runs: sock_diag reads the own namespace, procfs the others.</summary>
    [Fact]
    public async Task State_BoundInactiveOfOtherNamespacesAsAnOrdinaryUser_SaysThatItIsUnknown()
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, AgentProgram.ForAll);
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync(BoundAndListening);
        await using TestProcess snapshot = TestProcess.Start(
            "/usr/bin/setpriv",
            [
                "--reuid", "65532", "--regid", "65532", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                AgentProgram.CopyTo(folder), "snapshot", "--by", "port", "--state", "bound_inactive",
            ],
            AgentProgram.Environment([]));

        CommandResult result = await snapshot.WaitForResultAsync();

        result.ExitCode.ShouldBe(1);
        result.ErrorText.ShouldContain("bound_inactive sockets are unknown for ");
    }

    /// <summary>From outside: each namespace's groups are its own, and the sockets of all are there once.</summary>
    [Fact]
    public async Task By_AllNamespaces_HasThoseOfThisOneAsFromWithin()
    {
        await using TestProcess sockets = await SocketsOfEverySort.StartAsync();
        string inode = File.ResolveLinkTarget($"/proc/{sockets.Id}/ns/net", returnFinalTarget: false)!.Name.Split('[', ']')[1];
        SsLine[] lines = await SocketsOfEverySort.SsAsync(sockets);

        CommandResult all = await AgentProgram.RunAsync(["snapshot", "--by", "port", "--json"]);

        Groups(all.OutputText, inode).ShouldBe(Expected(lines, line => Port(line, lines, isV6OnlyKnown: true)));
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
        Groups(json).ShouldBe(
            Expected(lines, line => line.Inode == 0 ? """{"owner":"kernel"}"""
                : line.Uid == 65532 ? $$"""{"pid":{{line.Pids.Min()}},"command":"{{line.Command}}"}"""
                : """{"owner":"unknown","uid":0,"user":"root"}"""));
        Error(json).ShouldContain(error);
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
                AgentProgram.File, "snapshot", "--by", "process", "--namespaces", "own",
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
            string snapshot = await SnapshotAsync(sockets, isSomeHidden ? 1 : 0, "--by", "process");
            string[] groups = Groups(snapshot);
            using JsonDocument json = JsonDocument.Parse(snapshot);
            json.RootElement.GetProperty("errors").EnumerateArray().ShouldAllBe(
                error => isSomeHidden && error.GetProperty("error").GetString()!.Contains("may not be read", StringComparison.Ordinal));

            foreach (string group in Expected(lines, Process))
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

    private const string BoundAndListening = """
        import socket, time
        listener = socket.create_server(("127.0.0.1", 8080))
        bound = socket.socket()
        bound.bind(("127.0.0.1", 9090))
        print("started", flush=True)
        time.sleep(600)
        """;

    private static string Error(string text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("errors").EnumerateArray().ShouldHaveSingleItem().GetProperty("error").GetString()!;
    }

    internal static Task<string> SnapshotAsync(TestProcess sockets, params string[] arguments) => SnapshotAsync(sockets, 0, arguments);

    internal static Task<string> SnapshotAsync(TestProcess sockets, int greatestExit, params string[] arguments) =>
        SocketsOfEverySort.RunAsync(sockets, greatestExit, [AgentProgram.File, "snapshot", "--namespaces", "own", "--json", .. arguments]);

    /// <summary>Each group's key with its count and states, of one namespace where there are several.</summary>
    private static string[] Groups(string text, string? inode = null)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return
        [
            .. json.RootElement.GetProperty("groups").EnumerateArray()
                .Where(group => inode is null || (group.GetProperty("namespace").TryGetProperty("inode", out JsonElement found) && found.GetRawText() == inode))
                .Select(group => string.Join(
                    ' ',
                    JsonText.Compact(group.GetProperty("key")),
                    group.GetProperty("count").GetRawText(),
                    JsonText.Compact(group.GetProperty("states"))))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The same of lines of ss.</summary>
    private static string[] Expected(SsLine[] lines, Func<SsLine, string> key) =>
    [
        .. lines.GroupBy(key, StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()} {{{string.Join(',', States(group))}}}")
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> States(IEnumerable<SsLine> lines) => lines.GroupBy(line => line.State, StringComparer.Ordinal)
        .OrderBy(state => Array.IndexOf(Order, state.Key))
        .Select(state => $"\"{SsLine.Metric(state.Key)}\":{state.Count()}");

    private static readonly string[] Order = ["ESTAB", "FIN-WAIT-2", "TIME-WAIT", "CLOSE-WAIT", "LISTEN"];

    private static string Port(SsLine line, SsLine[] lines, bool isV6OnlyKnown) => line.IsServer(lines, isV6OnlyKnown)
        ? $$"""{"role":"server","port":{{SsLine.Number(line.Local)}}}"""
        : $$"""{"role":"client","port":{{SsLine.Number(line.Remote)}}}""";

    internal static string Peer(SsLine line, SsLine[] lines, bool isV6OnlyKnown)
    {
        string address = line.Remote[..line.Remote.LastIndexOf(':')].Trim('[', ']').Replace("::ffff:", "", StringComparison.Ordinal);
        return line.State == "LISTEN" ? """{"role":"server"}"""
            : line.IsServer(lines, isV6OnlyKnown) ? $$"""{"role":"server","address":"{{address}}"}"""
            : $$"""{"role":"client","address":"{{address}}","port":{{SsLine.Number(line.Remote)}}}""";
    }

    private static string Process(SsLine line) => line.Inode == 0
        ? """{"owner":"kernel"}"""
        : $$"""{"pid":{{line.Pids.Min()}},"command":"{{line.Command}}"}""";

    /// <summary>ss leaves out uid 0.</summary>
    private static string User(SsLine line) => line is { Inode: 0, Uid: 0 } ? """{"owner":"kernel"}"""
        : line.Uid == 0 ? """{"uid":0,"user":"root"}"""
        : $$"""{"uid":{{line.Uid}}}""";
}
