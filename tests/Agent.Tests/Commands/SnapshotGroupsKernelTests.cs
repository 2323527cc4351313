using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using Agent.Tests.Processes;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

/// <summary>
/// <c>snapshot --by</c> over real sockets of real processes, against <c>ss -tanpe</c> line by line. The sockets are in a network
/// namespace of the test's own, where nothing else comes or goes.
/// </summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed partial class SnapshotGroupsKernelTests
{
    private const string Python = "/usr/bin/python3";
    private const string Ss = "/usr/bin/ss";

    /// <summary>
    /// A server of both families on 8080, one of two sockets (SO_REUSEPORT) on 9090, one of IPv6 only on 7070; clients of both
    /// families, mapped ones, and two whose local port is listened on, too; connections closed by either side, one that is not
    /// accepted, and one that a child has open as well; a child of another user that listens.
    /// </summary>
    private const string Sockets = """
        import ctypes, os, socket, subprocess, sys, time
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        kept = []
        def make(family, reuse=False):
            one = socket.socket(family, socket.SOCK_STREAM)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT if reuse else socket.SO_REUSEADDR, 1)
            kept.append(one)
            return one
        def listen(family, address, reuse=False, only=False):
            one = make(family, reuse)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(only))
            one.bind(address)
            one.listen(64)
            return one
        def connect(family, address, source=None, reuse=False):
            one = make(family, reuse)
            if source:
                one.bind(source)
            one.connect(address)
            return one
        def accept(listener):
            one, _ = listener.accept()
            kept.append(one)
            return one
        dual = listen(socket.AF_INET6, ("::", 8080))
        for _ in range(3):
            connect(socket.AF_INET, ("127.0.0.1", 8080))
            connect(socket.AF_INET6, ("::1", 8080))
            connect(socket.AF_INET6, ("::ffff:127.0.0.1", 8080))
            accept(dual); accept(dual); accept(dual)
        first = listen(socket.AF_INET, ("0.0.0.0", 9090), reuse=True)
        listen(socket.AF_INET, ("0.0.0.0", 9090), reuse=True)
        for _ in range(5):
            connect(socket.AF_INET, ("127.0.0.1", 9090))
        only = listen(socket.AF_INET6, ("::", 7070), only=True, reuse=True)
        connect(socket.AF_INET, ("127.0.0.1", 8080), source=("127.0.0.1", 7070), reuse=True)
        accept(dual)
        listen(socket.AF_INET, ("127.0.0.1", 6060), reuse=True)
        connect(socket.AF_INET, ("127.0.0.1", 8080), source=("127.0.0.1", 6060), reuse=True)
        accept(dual)
        for _ in range(2):
            client = connect(socket.AF_INET, ("127.0.0.1", 8080))
            server = accept(dual)
            client.close(); time.sleep(0.02); server.close()
        for _ in range(2):
            client = connect(socket.AF_INET6, ("::1", 8080))
            server = accept(dual)
            server.close()
        shared = connect(socket.AF_INET, ("127.0.0.1", 8080))
        accept(dual)
        if os.fork() == 0:
            for one in kept:
                if one is not shared:
                    one.close()
            time.sleep(600)
        if os.fork() == 0:
            for one in kept:
                one.close()
            os.setgid(65532); os.setuid(65532)
            # PR_SET_DUMPABLE: without it, as after any change of user, the kernel lets only root see its files.
            ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
            kept.clear()
            listen(socket.AF_INET, ("127.0.0.1", 5050))
            print("started", flush=True)
            time.sleep(600)
        time.sleep(600)
        """;

    public SnapshotGroupsKernelTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make a network namespace.");
        foreach (string tool in new[] { Python, Ss, "/usr/bin/unshare", "/usr/bin/nsenter" })
        {
            Assert.SkipUnless(File.Exists(tool), $"Needs {tool} (Debian packages python3-minimal, iproute2 and util-linux).");
        }
    }

    [Theory]
    [InlineData("sockdiag")]
    [InlineData("procfs")]
    public async Task By_SocketsOfEverySort_AreThoseOfSs(string source)
    {
        await using TestProcess sockets = await StartAsync();
        SsLine[] lines = await SsAsync(sockets);
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
        await using TestProcess sockets = await StartAsync();
        await RunAsync(sockets, "/bin/sh", "-c", "echo '30000 30999' >/proc/sys/net/ipv4/ip_local_port_range");
        SsLine[] lines = await SsAsync(sockets);
        int used = lines.Count(line => line is { Remote: "127.0.0.1:8080", Local: var local } && Number(local) is >= 30000 and <= 30999);

        using JsonDocument json = JsonDocument.Parse(await SnapshotAsync(sockets, "--by", "peer"));

        JsonElement group = json.RootElement.GetProperty("groups").EnumerateArray()
            .Single(one => JsonText.Compact(one.GetProperty("key")) == """{"role":"client","address":"127.0.0.1","port":8080}""");
        JsonText.Compact(group.GetProperty("ephemeralPorts")).ShouldBe($$"""{"used":{{used}},"limit":1000}""");
    }

    /// <summary>From outside: each namespace's groups are its own, and the sockets of all are there once.</summary>
    [Fact]
    public async Task By_AllNamespaces_HasThoseOfThisOneAsFromWithin()
    {
        await using TestProcess sockets = await StartAsync();
        string inode = File.ResolveLinkTarget($"/proc/{sockets.Id}/ns/net", returnFinalTarget: false)!.Name.Split('[', ']')[1];
        SsLine[] lines = await SsAsync(sockets);

        CommandResult all = await AgentProgram.RunAsync(["snapshot", "--by", "port", "--json"]);

        Groups(all.OutputText, inode).ShouldBe(Expected(lines, line => Port(line, lines, isV6OnlyKnown: true)));
    }

    /// <summary>An ordinary user behind hidepid sees no processes but its own: their sockets are in groups by user.</summary>
    [Theory]
    [InlineData("hidepid=2", 0)]
    [InlineData("hidepid=1", 1)]
    [InlineData("hidepid=0", 1)]
    public async Task ByProcess_AsAnOrdinaryUser_KeepsWhatIsHiddenInGroupsByUser(string option, int exitCode)
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Path, AgentProgram.ForAll);
        string program = AgentProgram.CopyTo(folder);
        string script = folder.Write("sockets.py", Sockets);
        await using TestProcess sockets = TestProcess.Start(
            "/usr/bin/unshare",
            [
                "--net", "--pid", "--fork", "--mount-proc", "--kill-child", "/bin/sh", "-c",
                $"mount -o remount,{option} /proc && {Python} '{script}' & while ! {Ss} -Htln | grep -q 5050; do sleep 0.05; done; sleep 0.3; "
                + $"{Ss} -Htanpe >'{folder.Path}/ss'; setpriv --reuid 65532 --regid 65532 --clear-groups --inh-caps=-all --bounding-set=-all "
                + $"'{program}' snapshot --by process --namespaces own --json; echo exit $?; kill %1; kill -9 -1",
            ],
            AgentProgram.Environment([]));
        string exit = await sockets.Output.WaitForAsync("exit ");

        exit.ShouldBe($"exit {exitCode}", sockets.Output.Text);
        SsLine[] lines = [.. File.ReadLines(folder.File("ss")).Select(SsLine.Parse)];
        string json = string.Join('\n', sockets.Output.All.TakeWhile(line => line != exit).SkipWhile(line => line == "started"));
        Groups(json).ShouldBe(
            Expected(lines, line => line.Inode == 0 ? """{"owner":"kernel"}"""
                : line.Uid == 65532 ? $$"""{"pid":{{line.Pids.Min()}},"command":"{{line.Command}}"}"""
                : """{"owner":"unknown","uid":0,"user":"root"}"""));
        if (exitCode == 1)
        {
            json.ShouldContain("processes may not be read, so");
        }
    }

    /// <summary>Processes that begin and end all the time cost neither an error nor a socket.</summary>
    [Fact]
    public async Task ByProcess_WhileProcessesEnd_KeepsTheOthersSockets()
    {
        await using TestProcess sockets = await StartAsync();
        await using TestProcess churn = TestProcess.Start(
            "/usr/bin/nsenter",
            [
                $"--net=/proc/{sockets.Id}/ns/net", Python, "-c",
                """
                import os, socket
                print("started", flush=True)
                while True:
                    child = os.fork()
                    if child == 0:
                        one = socket.socket(); one.bind(("127.0.0.1", 0)); one.listen(1)
                        os._exit(0)
                    os.waitpid(child, 0)
                """,
            ],
            AgentProgram.Environment([]));
        await churn.Output.WaitForAsync("started");
        SsLine[] lines = [.. (await SsAsync(sockets)).Where(line => line.Pids.Contains(sockets.Id))];

        // A sandbox's PID 1 may be hidden from root: then a socket whose process has ended might be its.
        bool isSomeHidden = (await RunAsync(sockets, "sh", "-c", "ls -l /proc/[0-9]*/fd 2>&1 | grep -c 'Permission denied' || true")).Trim() != "0";
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
        }
    }

    private static async Task<TestProcess> StartAsync()
    {
        TestProcess process = TestProcess.Start("/usr/bin/unshare", ["--net", Python, "-c", Sockets], AgentProgram.Environment([]));
        await process.Output.WaitForAsync("started");

        // The last connections are being closed.
        await Deadline.UntilAsync(() => Directory.Exists($"/proc/{process.Id}"));
        return process;
    }

    private static Task<string> RunAsync(TestProcess sockets, params string[] command) => RunAsync(sockets, 0, command);

    private static async Task<string> RunAsync(TestProcess sockets, int greatestExit, string[] command)
    {
        await using TestProcess process = TestProcess.Start(
            "/usr/bin/nsenter", [$"--net=/proc/{sockets.Id}/ns/net", .. command], AgentProgram.Environment([]));
        (await process.WaitForExitAsync()).ShouldBeInRange(0, greatestExit, process.Error.Text);
        return process.Output.Text;
    }

    private static async Task<SsLine[]> SsAsync(TestProcess sockets) =>
        [.. (await RunAsync(sockets, Ss, "-Htanpe")).Split('\n').Select(SsLine.Parse)];

    private static Task<string> SnapshotAsync(TestProcess sockets, params string[] arguments) => SnapshotAsync(sockets, 0, arguments);

    private static Task<string> SnapshotAsync(TestProcess sockets, int greatestExit, params string[] arguments) =>
        RunAsync(sockets, greatestExit, [AgentProgram.File, "snapshot", "--namespaces", "own", "--json", .. arguments]);

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
        .Select(state => $"\"{Metric(state.Key)}\":{state.Count()}");

    private static readonly string[] Order = ["ESTAB", "FIN-WAIT-2", "TIME-WAIT", "CLOSE-WAIT", "LISTEN"];

    private static string Metric(string state) => state switch
    {
        "ESTAB" => "established",
        "FIN-WAIT-2" => "fin_wait_2",
        _ => state.ToLowerInvariant().Replace('-', '_'),
    };

    private static string Port(SsLine line, SsLine[] lines, bool isV6OnlyKnown) => IsServer(line, lines, isV6OnlyKnown)
        ? $$"""{"role":"server","port":{{Number(line.Local)}}}"""
        : $$"""{"role":"client","port":{{Number(line.Remote)}}}""";

    private static string Peer(SsLine line, SsLine[] lines, bool isV6OnlyKnown)
    {
        string address = line.Remote[..line.Remote.LastIndexOf(':')].Trim('[', ']').Replace("::ffff:", "", StringComparison.Ordinal);
        return line.State == "LISTEN" ? """{"role":"server"}"""
            : IsServer(line, lines, isV6OnlyKnown) ? $$"""{"role":"server","address":"{{address}}"}"""
            : $$"""{"role":"client","address":"{{address}}","port":{{Number(line.Remote)}}}""";
    }

    private static string Process(SsLine line) => line.Inode == 0
        ? """{"owner":"kernel"}"""
        : $$"""{"pid":{{line.Pids.Min()}},"command":"{{line.Command}}"}""";

    /// <summary>ss leaves out uid 0.</summary>
    private static string User(SsLine line) => line is { Inode: 0, Uid: 0 } ? """{"owner":"kernel"}"""
        : line.Uid == 0 ? """{"uid":0,"user":"root"}"""
        : $$"""{"uid":{{line.Uid}}}""";

    /// <summary>By the sockets' definition above, port by port.</summary>
    private static bool IsServer(SsLine line, SsLine[] lines, bool isV6OnlyKnown) => lines.Any(listener =>
        listener.State == "LISTEN"
        && Number(listener.Local) == Number(line.Local)
        && (listener.Local[0] == '*'
            || listener.Local[0] == '[' == (line.Local[0] == '[')
            || (listener.Local.StartsWith("[::]", StringComparison.Ordinal) && !isV6OnlyKnown)));

    private static int Number(string end) =>
        int.TryParse(end[(end.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 0;

    /// <summary>A line of <c>ss -Htanpe</c>.</summary>
    private sealed partial record SsLine(string State, string Local, string Remote, int[] Pids, string Command, uint Uid, ulong Inode)
    {
        public static SsLine Parse(string line)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            (int Pid, string Name)[] users = [.. Users().Matches(line).Select(user => (
                int.Parse(user.Groups["pid"].Value, CultureInfo.InvariantCulture), user.Groups["name"].Value))];
            return new SsLine(
                fields[0],
                fields[3],
                fields[4],
                [.. users.Select(user => user.Pid)],
                users.OrderBy(user => user.Pid).FirstOrDefault().Name ?? "",
                (uint)Value(Uids(), line),
                Value(Inodes(), line));
        }

        private static ulong Value(Regex regex, string line) =>
            regex.Match(line) is { Success: true } match ? ulong.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture) : 0;

        [GeneratedRegex("\\(\"(?<name>[^\"]+)\",pid=(?<pid>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Users();

        [GeneratedRegex(" uid:(?<value>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Uids();

        [GeneratedRegex(" ino:(?<value>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Inodes();
    }
}
