using System.Diagnostics;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

public sealed class ShutdownTests
{
    /// <summary>Kubernetes kills what has not ended by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Sigterm_BetweenTwoExports_ExportsOnceMoreAndExits0(string protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentProgram.Start(
            ["run"],
            [AgentRun.OverFixture, AgentRun.OnceAnHour, .. AgentRun.By(receiver, protocol)]);
        await receiver.WaitForExportAsync();

        await agent.StopAsync();
        receiver.Exports.Count.ShouldBe(2);
        receiver.Exports[1].Connections.ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        agent.Error.Containing("the last collection was exported").ShouldHaveSingleItem();
    }

    /// <summary>
    /// A program in a shell's background is started with SIGINT ignored, and stays so; where the tests are, so would be the
    /// agent. GNU's env gives the signal back.
    /// </summary>
    [Fact]
    public async Task Sigint_WhileExporting_Exits0()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = AgentProgram.StartUnder(
            ["env", "--default-signal=INT"],
            [AgentRun.OverFixture, AgentRun.OftenExporting, .. AgentRun.OverHttp(receiver)]);
        await receiver.WaitForExportAsync();

        agent.Interrupt();

        (await agent.WaitForExitAsync()).ShouldBe(0, agent.Error.Text);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Sigterm_WhenTheCollectorNeverAnswers_Exits0WithinTheGrace(string protocol)
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = OtlpReceiver.NeverAsync;
        await using TestProcess agent = AgentRun.Start(AgentRun.By(receiver, protocol));
        await receiver.WaitForExportAsync();

        var watch = Stopwatch.StartNew();
        await agent.StopAsync();

        watch.Elapsed.ShouldBeLessThan(Grace);
        agent.Error.Containing("the last collection could not be exported").ShouldHaveSingleItem();
    }
}
