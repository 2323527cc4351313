using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Agent.Tests.Processes;

namespace Agent.Tests.Support.Network;

/// <summary>Real sockets of real processes, in a network namespace of a test's own where nothing else comes or goes.</summary>
[SupportedOSPlatform("linux")]
internal static class SocketsOfEverySort
{
    public const string Python = "/usr/bin/python3";
    public const string Ss = "/usr/bin/ss";

    /// <summary>
    /// A server of both families on 8080, one of two sockets (SO_REUSEPORT) on 9090, one of IPv6 only on 7070; clients of both
    /// families, mapped ones, and two whose local port is listened on, too; connections closed by either side, one that is not
    /// accepted, and one that a child has open as well; a child of another user that listens.
    /// </summary>
    public const string Script = """
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

    public static void SkipUnlessPossible()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to make a network namespace.");
        foreach (string tool in new[] { Python, Ss, "/usr/bin/unshare", "/usr/bin/nsenter" })
        {
            Assert.SkipUnless(File.Exists(tool), $"Needs {tool} (Debian packages python3-minimal, iproute2 and util-linux).");
        }
    }

    public static Task<TestProcess> StartAsync() => StartAsync(Script);

    /// <summary>Another program, which prints "started" when its sockets are as they will stay.</summary>
    /// <param name="script">The program.</param>
    /// <param name="unshare">More options of unshare(1), for further namespaces.</param>
    public static async Task<TestProcess> StartAsync(string script, params string[] unshare)
    {
        TestProcess process = TestProcess.Start("/usr/bin/unshare", ["--net", .. unshare, Python, "-c", script], AgentProgram.Environment([]));
        await process.Output.WaitForAsync("started");
        return process;
    }

    /// <summary>The number of its network namespace, as <c>lsns</c> shows it.</summary>
    public static string NamespaceOf(TestProcess sockets) =>
        File.ResolveLinkTarget($"/proc/{sockets.Id}/ns/net", returnFinalTarget: false)!.Name.Split('[', ']')[1];

    /// <summary>The output of a command in its network namespace.</summary>
    public static Task<string> RunAsync(TestProcess sockets, params string[] command) => RunAsync(sockets, 0, command);

    public static async Task<string> RunAsync(TestProcess sockets, int greatestExit, string[] command)
    {
        await using TestProcess process = TestProcess.Start(
            "/usr/bin/nsenter", [$"--net=/proc/{sockets.Id}/ns/net", .. command], AgentProgram.Environment([]));
        (await process.WaitForExitAsync()).ShouldBeInRange(0, greatestExit, process.Error.Text);
        return process.Output.Text;
    }

    public static async Task<SsLine[]> SsAsync(TestProcess sockets) =>
        [.. (await RunAsync(sockets, Ss, "-Htanpe")).Split('\n').Select(SsLine.Parse)];
}

/// <summary>A line of <c>ss -Htanpe</c>.</summary>
internal sealed partial record SsLine(string State, string Local, string Remote, int[] Pids, string Command, uint Uid, ulong Inode)
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

    /// <summary>The metrics' name of a state.</summary>
    public static string Metric(string state) => state switch
    {
        "ESTAB" => "established",
        "FIN-WAIT-2" => "fin_wait_2",
        _ => state.ToLowerInvariant().Replace('-', '_'),
    };

    /// <summary>A listener may have accepted it: by the sockets' definition above, port by port.</summary>
    public bool IsServer(SsLine[] lines, bool isV6OnlyKnown) => lines.Any(listener =>
        listener.State == "LISTEN"
        && Number(listener.Local) == Number(Local)
        && (listener.Local[0] == '*'
            || listener.Local[0] == '[' == (Local[0] == '[')
            || (listener.Local.StartsWith("[::]", StringComparison.Ordinal) && !isV6OnlyKnown)));

    public static int Number(string end) =>
        int.TryParse(end[(end.LastIndexOf(':') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 0;

    private static ulong Value(Regex regex, string line) =>
        regex.Match(line) is { Success: true } match ? ulong.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("\\(\"(?<name>[^\"]+)\",pid=(?<pid>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Users();

    [GeneratedRegex(" uid:(?<value>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Uids();

    [GeneratedRegex(" ino:(?<value>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Inodes();
}
