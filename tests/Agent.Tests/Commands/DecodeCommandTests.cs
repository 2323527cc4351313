using System.Text.Json;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

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

    [Theory]
    [InlineData(new string[0], "127.0.0.1", "ipv4", false)]
    [InlineData(new[] { "--byte-order", "little" }, "127.0.0.1", "ipv4", false)]
    [InlineData(new[] { "--byte-order", "big" }, "1.0.0.127", "ipv4", true)]
    public async Task Decode_OfALittleEndianMachine_IsReadInTheOrderThatIsSaid(string[] options, string address, string type, bool hint)
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", "--json", .. options], input: Listings.Old);

        result.ExitCode.ShouldBe(0, result.ErrorText);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        JsonElement first = json.RootElement.GetProperty("sockets")[0];
        first.GetProperty("local").GetProperty("address").GetString().ShouldBe(address);
        first.GetProperty("type").GetString().ShouldBe(type);
        HintOf(result, "little").ShouldBe(hint);
    }

    [Fact]
    public async Task Decode_OfABigEndianMachine_HintsAtTheOption()
    {
        string file = _folder.Write("tcp6", Listings.BigEndian);

        CommandResult little = await AgentProgram.RunAsync(["decode", file]);
        CommandResult big = await AgentProgram.RunAsync(["decode", file, "--byte-order", "big"]);

        little.ExitCode.ShouldBe(0);
        little.OutputText.ShouldContain("1.0.0.127:631");
        HintOf(little, "big").ShouldBeTrue();
        big.ExitCode.ShouldBe(0);
        big.Error.ShouldBeEmpty();
        big.Output[1].ShouldContain(" 127.0.0.1:631 ");
        big.Output[2].ShouldContain(" ipv4/inet6  [::ffff:127.0.0.1]:22 ");
    }

    [Theory]
    [InlineData("", "-:1: the file has neither a header nor a row; a table without sockets still has its header: \"\"")]
    [InlineData("\0\0\0\n", "-:1: the line is of NUL bytes, as a file that was not written to its end has them: \"???\"")]
    public async Task Decode_WhatIsNoTable_Exits1AndSaysSo(string text, string error)
    {
        CommandResult result = await AgentProgram.RunAsync(["decode"], input: text);
        CommandResult json = await AgentProgram.RunAsync(["decode", "--json"], input: text);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldHaveSingleItem().ShouldBe(error);
        json.ExitCode.ShouldBe(1);
        using JsonDocument document = JsonDocument.Parse(json.OutputText);
        document.RootElement.GetProperty("errors").GetArrayLength().ShouldBe(1);
    }

    /// <summary>As ss and inet_ntop write it; the platform has ::ffff:0:0.</summary>
    [Fact]
    public async Task Decode_AMappedWildcard_IsWrittenAsIpv4()
    {
        const string Row = "   0: 0000000000000000FFFF000000000000:A129 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 295065 1 0000000000000000 100 0 0 10 0\n";

        CommandResult text = await AgentProgram.RunAsync(["decode"], input: Row);
        CommandResult json = await AgentProgram.RunAsync(["decode", "--json"], input: Row);

        text.Output[1].ShouldContain(" [::ffff:0.0.0.0]:41257 ");
        json.OutputText.ShouldContain("\"address\": \"::ffff:0.0.0.0\"");
    }

    [Fact]
    public async Task Decode_MoreErrorsThanAreHeld_SaysHowManyMore()
    {
        string file = _folder.Write("torn", string.Concat(Enumerable.Repeat("junk\n", 10_003)));

        CommandResult result = await AgentProgram.RunAsync(["decode", file, "--json"]);

        result.ExitCode.ShouldBe(1);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        JsonElement errors = json.RootElement.GetProperty("errors");
        errors.GetArrayLength().ShouldBe(10_001);
        JsonText.Compact(errors[10_000]).ShouldBe(
            """{"line":10003,"text":"","error":"3 more lines could not be decoded, up to this one; the first 10000 are listed"}""");
    }

    /// <summary>The first rows settle the columns' widths; a later row that needs more room takes it.</summary>
    [Fact]
    public async Task Decode_MoreRowsThanAreHeld_ListsEachAndKeepsTheColumns()
    {
        const string Format = "{0,4}: 0100007F:{1:X4} 00000000:0000 0A 00000000:{2:X8} 00:00000000 00000000     0        0 {0} 1 0000000000000000 100 0 0 10 0\n";
        string text = string.Concat(Enumerable.Range(0, 3_000).Select(
            slot => string.Format(System.Globalization.CultureInfo.InvariantCulture, Format, slot, 1024 + slot, slot == 2_500 ? 123_456_789 : 0)));

        CommandResult result = await AgentProgram.RunAsync(["decode"], input: text);

        result.ExitCode.ShouldBe(0);
        string[] rows = result.Output[1..3001];
        rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])
            .ShouldBe(Enumerable.Range(0, 3_000).Select(slot => slot.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        int state = result.Output[0].IndexOf("REMOTE", StringComparison.Ordinal);
        rows.ShouldAllBe(row => row.IndexOf(" -  ", StringComparison.Ordinal) == state - 1);
        rows[2_500].ShouldContain("  123456789  ");
        result.Output[^1].ShouldBe("total              3000   3000");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decode_AHundredThousandRows_TakesNoMoreMemoryThanTen(bool json)
    {
        string few = _folder.Write("few", Listings.Many(10));
        string many = _folder.Write("many", Listings.Many(100_000));
        string[] options = json ? ["--json"] : [];

        long small = await ResidentMemory.PeakAsync(["decode", few, .. options]);
        long large = await ResidentMemory.PeakAsync(["decode", many, .. options]);

        large.ShouldBeLessThan(small + ResidentMemory.Noise);
        large.ShouldBeLessThan(64_000_000);
    }

    [Fact]
    public async Task Decode_Directory_IsToldAsOne()
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", "/"]);

        result.ExitCode.ShouldBe(2);
        result.ErrorText.ShouldBe("agent: cannot read /: it is a directory, not a file");
    }

    [Fact]
    public async Task Decode_TextWithControlCharacters_ReachesNoTerminal()
    {
        string file = _folder.Write("e\u001b[31mvil", "   0: 0100007F:\u001b[2J\u009b0m\n");

        CommandResult result = await AgentProgram.RunAsync(["decode", file]);
        CommandResult missing = await AgentProgram.RunAsync(["decode", file + "\u001b"]);

        result.ExitCode.ShouldBe(1);
        result.ErrorText.ShouldContain(@"e\x1b[31mvil:1: ");
        (result.OutputText + result.ErrorText + missing.ErrorText).ShouldAllBe(character => character == '\n' || !char.IsControl(character));
        missing.ErrorText.ShouldContain("it is not there");
    }

    [Fact]
    public async Task Help_OfDecode_StatesTheByteOrderAndThatRepeatedRowsCount()
    {
        string help = string.Join(' ', (await AgentProgram.RunAsync(["decode", "--help"])).OutputText.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

        help.ShouldContain("--byte-order <little|big>");
        help.ShouldContain("little-endian machine");
        help.ShouldContain("Every row counts, including repeated ones.");
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

    private static bool HintOf(CommandResult result, string order)
    {
        string hint = $"agent: the addresses look reversed; if the listing is from a {order}-endian machine, decode it with --byte-order {order}.";
        result.Error.ShouldAllBe(line => line == hint);
        return result.Error.Length == 1;
    }
}
