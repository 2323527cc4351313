using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Image;

/// <summary>
/// The arm64 program does what the other does. QEMU's user emulation passes system calls on to this machine's kernel, but
/// knows no sock_diag: procfs it is.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class ForeignProgramTests
{
    [Fact]
    public async Task States_OnArm64_AreThoseOfThisProgram() =>
        (await RunAsync("states")).Output.ShouldBe((await AgentProgram.RunAsync(["states"])).Output);

    [Fact]
    public async Task Decode_OnArm64_SaysWhatThisProgramSays()
    {
        string table = Path.Combine(FixtureProcRoot.Path, "1", "net", "tcp6");

        CommandResult foreign = await RunAsync("decode", "--json", table);

        foreign.ExitCode.ShouldBe(0, foreign.ErrorText);
        foreign.Output.ShouldBe((await AgentProgram.RunAsync(["decode", "--json", table])).Output);
    }

    [Fact]
    public async Task Snapshot_OnArm64_ListsThisMachinesSockets()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        CommandResult foreign = await RunAsync("snapshot", "--source", "procfs", "--namespaces", "own", "--sockets", "--json");

        foreign.ExitCode.ShouldBe(0, foreign.ErrorText);
        using JsonDocument json = JsonDocument.Parse(foreign.OutputText);
        json.RootElement.GetProperty("namespaces").EnumerateArray().ShouldHaveSingleItem()
            .GetProperty("sockets").EnumerateArray()
            .Select(socket => socket.GetProperty("local").GetProperty("port").GetInt32())
            .ShouldContain(((IPEndPoint)listener.LocalEndpoint).Port);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Run_OnArm64_Exports(string protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = ImageFiles.StartForeign(
            [], [AgentRun.OverFixture, AgentRun.OftenExporting, new("Tcp__Source", "Procfs"), .. AgentRun.By(receiver, protocol)]);

        (await receiver.WaitForExportAsync()).IsFilled.ShouldBeTrue(agent.Error.Text);

        await agent.StopAsync();
    }

    private static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        await using TestProcess agent = ImageFiles.StartForeign(arguments);
        return await agent.WaitForResultAsync();
    }
}
