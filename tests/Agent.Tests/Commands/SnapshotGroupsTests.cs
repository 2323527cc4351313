using System.Globalization;
using System.Text.Json;
using Agent.Tests.Processes;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

/// <summary><c>snapshot --by</c> over captured tables.</summary>
[Collection(AloneCollection.Name)]
public sealed class SnapshotGroupsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task ByPort_AsJson_HasTheContractsShape()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        _folder.Write("1/net/tcp6", Listings.Ipv6);

        using JsonDocument json = await JsonAsync(0, "--by", "port", "--limit", "2");

        Names(json.RootElement).ShouldBe(["timestamp", "by", "groups", "errors"]);
        json.RootElement.GetProperty("by").GetString().ShouldBe("port");
        JsonElement[] groups = [.. json.RootElement.GetProperty("groups").EnumerateArray()];
        groups.Select(group => string.Join(' ', Names(group))).ShouldBe(
            ["namespace key count states", "namespace key count states", "key count states"]);
        Names(groups[0].GetProperty("namespace")).ShouldBe(["id", "kind", "source"]);
        groups.Select(Compact).ShouldBe(
        [
            """{"role":"server","port":22} 2 {"established":1,"listen":1}""",
            """{"role":"client","port":22} 2 {"established":1,"time_wait":1}""",
            """{"other":true,"groups":6} 6 {"listen":6}""",
        ]);
    }

    [Fact]
    public async Task ByPeer_AsJson_HasTheKeysThatThereAre()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        _folder.Write("1/net/tcp6", Listings.Ipv6);

        using JsonDocument json = await JsonAsync(0, "--by", "peer");

        json.RootElement.GetProperty("groups").EnumerateArray().Select(Compact).ShouldBe(
        [
            """{"role":"server"} 7 {"listen":7}""",
            """{"role":"client","address":"127.0.0.1","port":22} 2 {"established":1,"time_wait":1}""",
            """{"role":"server","address":"127.0.0.1"} 1 {"established":1}""",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task ByProcess_AsJson_NamesWhatHasNoProcess()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        _folder.Write("812/comm", "ev\u001bil\n");
        Directory.CreateDirectory(_folder.File("812/fd"));
        File.CreateSymbolicLink(_folder.File("812/fd/3"), "socket:[18198]");
        File.CreateSymbolicLink(_folder.File("812/fd/4"), "socket:[7321]");

        using JsonDocument json = await JsonAsync(0, "--by", "process");
        CommandResult text = await RunAsync("--by", "process");

        json.RootElement.GetProperty("groups").EnumerateArray().Select(Compact).ShouldBe(
        [
            """{"owner":"unknown","uid":0,"user":"root"} 5 {"listen":5}""",
            """{"pid":812,"command":"ev\u001Bil"} 2 {"established":1,"listen":1}""",
            """{"owner":"kernel"} 1 {"time_wait":1}""",
        ]);
        text.Output[1..].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ShouldBe(
        [
            "PID COMMAND TOTAL established time_wait listen",
            "- (no process found, user root) 5 0 0 5",
            @"812 ev\x1bil 2 1 0 1",
            "- (kernel) 1 0 1 0",
        ]);
    }

    [Fact]
    public async Task ByUser_AsText_IsATable()
    {
        _folder.Write("1/net/tcp", Listings.Old);

        CommandResult text = await RunAsync("--by", "user");

        text.ExitCode.ShouldBe(0, text.ErrorText);
        text.Output[0].ShouldStartWith("Sockets by user: 8 in 3 groups, network namespace host  ");
        text.Output[1..].ShouldBe(
        [
            "UID  USER      TOTAL  established  time_wait  listen",
            "0    root          6            0          0       6",
            "-    (kernel)      1            0          1       0",
            "500  -             1            1          0       0",
        ]);
    }

    [Fact]
    public async Task State_OfSome_GroupsNoOthers()
    {
        _folder.Write("1/net/tcp", Listings.Old);

        using JsonDocument json = await JsonAsync(0, "--by", "port", "--state", "established,time_wait");
        CommandResult none = await RunAsync("--by", "port", "--state", "close_wait");
        CommandResult one = await RunAsync("--by", "port", "--state", "established");

        json.RootElement.GetProperty("groups").EnumerateArray().Select(Compact).ShouldBe(
            ["""{"role":"client","port":22} 2 {"established":1,"time_wait":1}"""]);
        none.Output.ShouldHaveSingleItem().ShouldStartWith("Sockets by port: 0 in 0 groups, ");
        one.Output[0].ShouldStartWith("Sockets by port: 1 in 1 group, ");
    }

    [Fact]
    public async Task By_ATableThatCannotBeRead_HasNoGroupsAndAnError()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        _folder.Write("1/net/tcp6", "");

        using JsonDocument json = await JsonAsync(1, "--by", "user");

        Sum(json).ShouldBe(8);
        json.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Watch_ShowsWhatGrewAndOrdersByIt()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        await using TestProcess process = AgentProgram.Start(
            ["snapshot", "--proc-root", _folder.Path, "--by", "port", "--watch", "0.1"]);
        await process.Output.WaitForAsync("server  2208");
        File.Move(_folder.Write("grown", Listings.Ipv6 + Listings.Ipv6), _folder.File("1/net/tcp6"));

        string grown = await process.Output.WaitForAsync("GREW");
        await Deadline.UntilAsync(() => process.Output.Containing("server  22 ").Length > 0);
        string[] frame = [.. process.Output.All.SkipWhile(line => !line.StartsWith("server  22 ", StringComparison.Ordinal))];
        process.Interrupt();

        grown.ShouldStartWith("ROLE    PORT  TOTAL  GREW  established");
        frame[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2..4].ShouldBe(["4", "4"]);
    }

    [Theory]
    [InlineData("peer")]
    [InlineData("process")]
    [InlineData("peer", "--watch", "0.1")]
    [InlineData("process", "--watch", "0.1")]
    public async Task By_AMillionGroups_TakesABoundedMemory(string by, params string[] watch)
    {
        const int megabytes = 128;
        string[] arguments = ["snapshot", "--proc-root", _folder.Path, "--by", by, "--limit", "1", .. watch];
        int snapshots = watch.Length > 0 ? 3 : 0;
        _folder.Write("1/net/tcp", Listings.Many(10));
        long small = await ResidentMemory.PeakAsync(arguments, "Sockets by", snapshots);
        _folder.Write("1/net/tcp", Listings.Many(1_000_000, ofManyUsers: true));

        // What the program holds before it has read anything: little of a native one's, most of one that is compiled as it runs.
        long large = await ResidentMemory.PeakAsync(arguments, "Sockets by", snapshots) - small;

        large.ShouldBeLessThan((megabytes - 20) * 1_000_000L);
    }

    /// <summary>The runtime's own limit, as it sets it in a container.</summary>
    [Fact]
    public async Task By_AMillionPeersInLittleMemory_CountsThemInFewerGroups()
    {
        _folder.Write("1/net/tcp", Listings.Many(1_000_000));

        CommandResult result = await RunInAsync(megabytes: 48, "--by", "peer", "--limit", "3", "--json");

        result.ExitCode.ShouldBe(0, result.ErrorText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        Sum(json).ShouldBe(1_000_000);
    }

    /// <summary>Sockets whose processes are to be found are kept one by one. The command ends before the memory does.</summary>
    [Fact]
    public async Task By_MoreSocketsThanThereIsMemoryFor_Exits1WithOneLine()
    {
        _folder.Write("1/net/tcp", Listings.Many(1_000_000));

        CommandResult result = await RunInAsync(megabytes: 24, "--by", "process");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldHaveSingleItem().ShouldStartWith("agent: out of memory: ");
        result.ErrorText.ShouldNotContain("a bug in this program");
    }

    [Fact]
    public async Task By_AMillionPeers_CountsEachSocketOnce()
    {
        _folder.Write("1/net/tcp", Listings.Many(1_000_000));

        using JsonDocument json = await JsonAsync(0, "--by", "peer", "--limit", "3");

        Sum(json).ShouldBe(1_000_000);
        Compact(json.RootElement.GetProperty("groups")[0]).ShouldStartWith("""{"role":"client","other":true} """);
    }

    public void Dispose() => _folder.Dispose();

    private static long Sum(JsonDocument json) =>
        json.RootElement.GetProperty("groups").EnumerateArray().Sum(group => group.GetProperty("count").GetInt64());

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private static string Compact(JsonElement group) => string.Create(
        CultureInfo.InvariantCulture,
        $"{JsonText.Compact(group.GetProperty("key"))} {group.GetProperty("count").GetInt64()} {JsonText.Compact(group.GetProperty("states"))}");

    private Task<CommandResult> RunAsync(params string[] arguments) =>
        AgentProgram.RunAsync(["snapshot", "--proc-root", _folder.Path, .. arguments]);

    private Task<CommandResult> RunInAsync(int megabytes, params string[] arguments) => AgentProgram.RunAsync(
        ["snapshot", "--proc-root", _folder.Path, .. arguments],
        [new("DOTNET_GCHeapHardLimit", (megabytes << 20).ToString("X", CultureInfo.InvariantCulture))]);

    private async Task<JsonDocument> JsonAsync(int exitCode, params string[] arguments)
    {
        CommandResult result = await RunAsync([.. arguments, "--json"]);
        result.ExitCode.ShouldBe(exitCode, result.ErrorText);
        return JsonDocument.Parse(result.OutputText);
    }
}
