using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

[Collection(AloneCollection.Name)]
public sealed class SnapshotCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Snapshot_OverTheFixtureAsJson_HasTheContractsShape()
    {
        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--proc-root", FixtureProcRoot.Path, "--json"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBeEmpty();
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        Names(json.RootElement).ShouldBe(["timestamp", "namespaces", "errors"]);
        json.RootElement.GetProperty("timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        JsonElement space = json.RootElement.GetProperty("namespaces").EnumerateArray().ShouldHaveSingleItem();
        Names(space).ShouldBe(["id", "kind", "source", "connections"]);
        space.GetProperty("id").GetUInt64().ShouldBeGreaterThan(0UL);
        space.GetProperty("kind").GetString().ShouldBe("host");
        space.GetProperty("source").GetString().ShouldBe("procfs");
        JsonElement[] connections = [.. space.GetProperty("connections").EnumerateArray()];
        connections.ShouldAllBe(one => Names(one).SequenceEqual(new[] { "state", "type", "family", "count" }));
        connections.ToDictionary(Series, one => one.GetProperty("count").GetInt64(), StringComparer.Ordinal)
            .ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        JsonElement[] errors = [.. json.RootElement.GetProperty("errors").EnumerateArray()];
        errors.Length.ShouldBe(2);
        errors.ShouldAllBe(error => Names(error).SequenceEqual(new[] { "path", "error" }));
        errors.ShouldAllBe(error => error.GetProperty("path").GetString() == $"{FixtureProcRoot.Path}/1/net/tcp");
    }

    [Fact]
    public async Task Snapshot_WithoutIpv6_ListsOnlyCountsAboveZeroAndNoError()
    {
        _folder.Write("1/net/tcp", Listings.Old);

        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--proc-root", _folder.Path, "--json"]);

        result.ExitCode.ShouldBe(0, result.OutputText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        JsonText.Compact(json.RootElement.GetProperty("namespaces")[0].GetProperty("connections")).ShouldBe(
            """[{"state":"established","type":"ipv4","family":"inet","count":1},{"state":"time_wait","type":"ipv4","family":"inet","count":1},{"state":"listen","type":"ipv4","family":"inet","count":6}]""");
        json.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Snapshot_ProcRootWithoutTables_Exits1AndNamesTheFileAndTheMend()
    {
        CommandResult text = await AgentProgram.RunAsync(["snapshot", "--proc-root", _folder.Path]);
        CommandResult json = await AgentProgram.RunAsync(["snapshot", "--proc-root", _folder.Path, "--json"]);

        text.ExitCode.ShouldBe(1);
        text.Error.ShouldContain(line => line.Contains($"{_folder.Path}/1/net/tcp: ") && line.Contains("Is the proc root right (setting Tcp:ProcRoot)?"));
        json.ExitCode.ShouldBe(1);
        using JsonDocument document = JsonDocument.Parse(json.OutputText);
        document.RootElement.GetProperty("namespaces").GetArrayLength().ShouldBe(0);
        document.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Snapshot_WithoutProcRoot_ReadsWhereTheSettingSays()
    {
        _folder.Write("proc/1/net/tcp", Listings.Old);
        string file = _folder.Write("agent.json", $$"""{"Tcp": { "ProcRoot": "{{_folder.File("proc")}}", "Sorce": "Auto" } }""");

        foreach ((string name, string value) in new[] { ("Tcp__ProcRoot", _folder.File("proc")), ("AGENT_CONFIG", file) })
        {
            CommandResult result = await AgentProgram.RunAsync(["snapshot"], [KeyValuePair.Create(name, value)]);

            result.ExitCode.ShouldBe(0, result.ErrorText);
            result.Output[^1].ShouldBe("total                 8      8", name);
            result.Error.ShouldBeEmpty("the fault of another setting does not matter");
        }
    }

    [Fact]
    public async Task Snapshot_WithProcRoot_ReadsNoConfiguration()
    {
        _folder.Write("proc/1/net/tcp", Listings.Old);

        CommandResult result = await AgentProgram.RunAsync(
            ["snapshot", "--proc-root", _folder.File("proc")],
            [KeyValuePair.Create("Tcp__ProcRoot", "proc"), KeyValuePair.Create("AGENT_CONFIG", _folder.File("none.json"))]);

        result.ExitCode.ShouldBe(0, result.ErrorText);
        result.Output[^1].ShouldBe("total                 8      8");
        result.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Tcp__ProcRoot", "proc", "variable Tcp__ProcRoot: \"proc\" is not allowed; it takes an absolute path.")]
    [InlineData("AGENT_CONFIG", "/none/agent.json", "/none/agent.json: there is no such configuration file.")]
    public async Task Snapshot_ProcRootOfABrokenConfiguration_SaysSoAndReadsTheDefault(string name, string value, string fault)
    {
        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--namespaces", "own", "--json"], [KeyValuePair.Create(name, value)]);

        result.ExitCode.ShouldBe(0, result.OutputText);
        result.Error.ShouldHaveSingleItem().ShouldBe(
            $"agent: Tcp:ProcRoot is unknown, so /proc is read; --proc-root DIR sets it. {fault}");
    }

    [Fact]
    public async Task Snapshot_SocketsAsJson_ListsEachAndCountsTheListed()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        _folder.Write("1/net/tcp6", Listings.Ipv6);

        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--proc-root", _folder.Path, "--sockets", "--json"]);

        result.ExitCode.ShouldBe(0, result.OutputText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        JsonElement space = json.RootElement.GetProperty("namespaces").EnumerateArray().ShouldHaveSingleItem();
        Names(space).ShouldBe(["id", "kind", "source", "sockets", "connections"]);
        space.GetProperty("sockets").EnumerateArray().Select(socket => socket.GetProperty("family").GetString())
            .ShouldBe([.. Enumerable.Repeat("inet", 8), "inet6", "inet6"]);
        space.GetProperty("connections").EnumerateArray().Sum(one => one.GetProperty("count").GetInt64()).ShouldBe(10);
    }

    [Fact]
    public async Task Snapshot_SocketsAsText_ListsThemBeforeTheirCounts()
    {
        _folder.Write("1/net/tcp", Listings.Old);

        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--proc-root", _folder.Path, "--sockets"]);

        result.ExitCode.ShouldBe(0, result.ErrorText);
        result.Output[0].ShouldStartWith("Network namespace: host, ");
        result.Output[1..4].Select(line => line.Split(' ')[0]).ShouldBe(["", "Sockets", "ST"]);
        result.Output[12].ShouldBeEmpty();
        result.Output[13].ShouldStartWith("STATE ");
        result.Output[^1].ShouldBe("total                 8      8");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Snapshot_AHundredThousandSockets_TakesNoMoreMemoryThanTen(bool json)
    {
        string[] arguments = ["snapshot", "--proc-root", _folder.Path, "--sockets", .. json ? ["--json"] : Array.Empty<string>()];
        _folder.Write("1/net/tcp", Listings.Many(10));
        long small = await ResidentMemory.PeakAsync(arguments);
        _folder.Write("1/net/tcp", Listings.Many(100_000));

        long large = await ResidentMemory.PeakAsync(arguments);

        large.ShouldBeLessThan(small + ResidentMemory.Noise);
        large.ShouldBeLessThan(64_000_000);
    }

    [Fact]
    public async Task Snapshot_AnEmptyFileForATable_IsAnErrorAndNotNoSockets()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        _folder.Write("1/net/tcp6", "");

        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--proc-root", _folder.Path]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldHaveSingleItem().ShouldBe(
            $"agent: {_folder.Path}/1/net/tcp6: not a table of tcp: the file has neither a header nor a row; a table without sockets still has its header.");
        result.Output[1].ShouldBe("STATE         ipv4/inet  TOTAL", "what is unknown has no column");
    }

    [Fact]
    public async Task Snapshot_Live_CountsTheSocketsThatTheTestOpened()
    {
        const int Opened = 40;
        long before = await ListenersAsync();
        using var listeners = new SocketSet();
        for (int i = 0; i < Opened; i++)
        {
            listeners.Listen();
        }

        // Other programs on the machine listen too, and may begin or end meanwhile; forty stand out.
        long after = await ListenersAsync();

        (after - before).ShouldBeInRange(Opened - 10, Opened + 10);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<long> ListenersAsync()
    {
        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--namespaces", "own", "--json"]);
        result.ExitCode.ShouldBe(0, result.OutputText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        return json.RootElement.GetProperty("namespaces")[0].GetProperty("connections").EnumerateArray()
            .Where(one => Series(one) == "listen ipv4 inet")
            .Sum(one => one.GetProperty("count").GetInt64());
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private static string Series(JsonElement one) => string.Join(
        ' ', one.GetProperty("state").GetString(), one.GetProperty("type").GetString(), one.GetProperty("family").GetString());

    private sealed class SocketSet : IDisposable
    {
        private readonly List<TcpListener> _listeners = [];

        public void Listen()
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            _listeners.Add(listener);
        }

        public void Dispose() => _listeners.ForEach(listener => listener.Stop());
    }
}
