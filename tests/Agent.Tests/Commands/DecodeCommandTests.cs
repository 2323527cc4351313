using System.Text.Json;
using Agent.Tests.Processes;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

[Collection(ProcessTests.Name)]
public sealed class DecodeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Decode_OldListingAsJson_CountsAndLists()
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", _folder.Write("tcp", Listings.Old), "--json"]);

        result.ExitCode.ShouldBe(0, result.ErrorText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        JsonText.Compact(json.RootElement.GetProperty("connections")).ShouldBe(
            """[{"state":"established","type":"ipv4","family":"inet","count":1},{"state":"time_wait","type":"ipv4","family":"inet","count":1},{"state":"listen","type":"ipv4","family":"inet","count":6}]""");
        JsonElement sockets = json.RootElement.GetProperty("sockets");
        sockets.GetArrayLength().ShouldBe(8);
        JsonText.Compact(sockets[0]).ShouldBe(
            """{"slot":0,"local":{"address":"127.0.0.1","port":2208},"remote":{"address":"0.0.0.0","port":0},"state":"listen","code":"0A","type":"ipv4","family":"inet","transmitQueue":0,"receiveQueue":0,"timer":0,"timerSeconds":0,"retransmits":0,"uid":0,"inode":7321}""");
        JsonText.Compact(sockets[6]).ShouldBe(
            """{"slot":6,"local":{"address":"127.0.0.1","port":59219},"remote":{"address":"127.0.0.1","port":22},"state":"established","code":"01","type":"ipv4","family":"inet","transmitQueue":0,"receiveQueue":0,"timer":2,"timerSeconds":7195.06,"retransmits":0,"uid":500,"inode":18198}""");
        json.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Decode_OldListingAsText_IsAlignedAndPlain()
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", _folder.Write("tcp", Listings.Old)]);

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
        result.OutputText.ShouldNotContain("\u001b");
        result.Output[0].ShouldBe("ST  STATE        TYPE       LOCAL            REMOTE        SEND-Q  RECV-Q  TIMER               RETRANS  UID  INODE");
        result.Output[1].ShouldBe("0A  listen       ipv4/inet  127.0.0.1:2208   -                  0       0  -                         0    0   7321");
        result.Output[7].ShouldBe("01  established  ipv4/inet  127.0.0.1:59219  127.0.0.1:22       0       0  keepalive 7195.06s        0  500  18198");
        result.Output[^1].ShouldBe("total                 8      8");
    }

    [Theory]
    [InlineData("-")]
    [InlineData(null)]
    public async Task Decode_StandardInput_IsRead(string? file)
    {
        string[] arguments = file is null ? ["decode", "--json"] : ["decode", file, "--json"];

        CommandResult result = await AgentProgram.RunAsync(arguments, input: Listings.Ipv6);

        result.ExitCode.ShouldBe(0, result.ErrorText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        JsonText.Compact(json.RootElement.GetProperty("connections")).ShouldBe(
            """[{"state":"established","type":"ipv4","family":"inet6","count":1},{"state":"listen","type":"ipv6","family":"inet6","count":1}]""");
        JsonElement mapped = json.RootElement.GetProperty("sockets")[1];
        mapped.GetProperty("transmitQueue").GetInt64().ShouldBe(16);
        mapped.GetProperty("receiveQueue").GetInt64().ShouldBe(32);
        mapped.GetProperty("timerSeconds").GetDouble().ShouldBe(0.2);
        mapped.GetProperty("retransmits").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task Decode_ATornRow_Exits1AndStillPrintsTheRest()
    {
        CommandResult text = await AgentProgram.RunAsync(["decode", "-"], input: Listings.Old + Listings.TornRow);
        CommandResult json = await AgentProgram.RunAsync(["decode", "--json"], input: Listings.Old + Listings.TornRow);

        text.ExitCode.ShouldBe(1);
        text.Output[1].ShouldContain("127.0.0.1:2208");
        text.Error.ShouldHaveSingleItem().ShouldBe(
            "-:10: column rem_address: expected an address and a port as wide as the local one: \"   0: 0100007F:08A0 0000\"");
        json.ExitCode.ShouldBe(1);
        using JsonDocument document = JsonDocument.Parse(json.OutputText);
        document.RootElement.GetProperty("sockets").GetArrayLength().ShouldBe(8);
        JsonText.Compact(document.RootElement.GetProperty("errors")).ShouldBe(
            """[{"line":10,"text":"   0: 0100007F:08A0 0000","error":"column rem_address: expected an address and a port as wide as the local one"}]""");
    }

    [Theory]
    [InlineData("ipv4", 0)]
    [InlineData("ipv6", 1)]
    public async Task Decode_WithAFamily_TakesOnlyItsRows(string family, int exitCode)
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", "--family", family, "--json"], input: Listings.Old);

        result.ExitCode.ShouldBe(exitCode);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        json.RootElement.GetProperty("sockets").GetArrayLength().ShouldBe(exitCode == 0 ? 8 : 0);
        json.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(exitCode == 0 ? 0 : 8);
    }

    [Fact]
    public async Task Decode_AFileThatIsNotThere_Exits2()
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", _folder.File("nowhere")]);

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldHaveSingleItem().ShouldStartWith($"agent: cannot read {_folder.File("nowhere")}: ");
    }

    public void Dispose() => _folder.Dispose();
}
