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

    private const string BoundAndListening = """
        import socket, time
        listener = socket.create_server(("127.0.0.1", 8080))
        bound = socket.socket()
        bound.bind(("127.0.0.1", 9090))
        print("started", flush=True)
        time.sleep(600)
        """;

    internal static string Error(string text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("errors").EnumerateArray().ShouldHaveSingleItem().GetProperty("error").GetString()!;
    }

    internal static Task<string> SnapshotAsync(TestProcess sockets, params string[] arguments) => SnapshotAsync(sockets, 0, arguments);

    internal static Task<string> SnapshotAsync(TestProcess sockets, int greatestExit, params string[] arguments) =>
        SocketsOfEverySort.RunAsync(sockets, greatestExit, [AgentProgram.File, "snapshot", "--namespaces", "own", "--json", .. arguments]);

    /// <summary>Each group's key with its count and states, of one namespace where there are several.</summary>
    internal static string[] Groups(string text, string? inode = null)
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
    internal static string[] Expected(SsLine[] lines, Func<SsLine, string> key) =>
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

    internal static string Process(SsLine line) => line.Inode == 0
        ? """{"owner":"kernel"}"""
        : $$"""{"pid":{{line.Pids.Min()}},"command":"{{line.Command}}"}""";

    /// <summary>ss leaves out uid 0.</summary>
    private static string User(SsLine line) => line is { Inode: 0, Uid: 0 } ? """{"owner":"kernel"}"""
        : line.Uid == 0 ? """{"uid":0,"user":"root"}"""
        : $$"""{"uid":{{line.Uid}}}""";
}
