using System.Text.Json;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

public sealed class StatesCommandTests
{
    /// <summary>The contract's table: code, kernel, metric value, ss, netstat.</summary>
    private static readonly string[] Contract =
    [
        "01 TCP_ESTABLISHED established ESTAB ESTABLISHED",
        "02 TCP_SYN_SENT syn_sent SYN-SENT SYN_SENT",
        "03 TCP_SYN_RECV syn_received SYN-RECV SYN_RECV",
        "04 TCP_FIN_WAIT1 fin_wait_1 FIN-WAIT-1 FIN_WAIT1",
        "05 TCP_FIN_WAIT2 fin_wait_2 FIN-WAIT-2 FIN_WAIT2",
        "06 TCP_TIME_WAIT time_wait TIME-WAIT TIME_WAIT",
        "07 TCP_CLOSE closed UNCONN CLOSE",
        "08 TCP_CLOSE_WAIT close_wait CLOSE-WAIT CLOSE_WAIT",
        "09 TCP_LAST_ACK last_ack LAST-ACK LAST_ACK",
        "0A TCP_LISTEN listen LISTEN LISTEN",
        "0B TCP_CLOSING closing CLOSING CLOSING",
        "0C TCP_NEW_SYN_RECV syn_received SYN-RECV SYN_RECV",
        "0D TCP_BOUND_INACTIVE bound_inactive UNCONN -",
    ];

    [Fact]
    public async Task States_AsText_HoldsTheContractAndAMeaning()
    {
        CommandResult result = await AgentProgram.RunAsync(["states"]);

        result.ExitCode.ShouldBe(0);
        result.Output[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["ST", "KERNEL", "SS", "NETSTAT", "METRIC", "MEANING"]);
        string[][] rows = [.. result.Output.Skip(1).Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries))];
        rows.Select(row => $"{row[0]} {row[1]} {row[4]} {row[2]} {row[3]}").ShouldBe(Contract);
        rows.ShouldAllBe(row => row[5].EndsWith('.'));
        result.OutputText.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task States_AsJson_HoldsTheContract()
    {
        CommandResult result = await AgentProgram.RunAsync(["states", "--json"]);

        result.ExitCode.ShouldBe(0);
        using JsonDocument json = JsonDocument.Parse(result.OutputText);
        json.RootElement.GetProperty("states").EnumerateArray()
            .Select(state => string.Join(' ', Text(state, "code"), Text(state, "kernel"), Text(state, "state"), Text(state, "ss"), Text(state, "netstat")))
            .ShouldBe(Contract);
    }

    private static string Text(JsonElement state, string member) =>
        state.TryGetProperty(member, out JsonElement value) ? value.GetString()! : "-";
}
