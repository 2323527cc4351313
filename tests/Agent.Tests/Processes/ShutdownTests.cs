using System.Diagnostics;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

[Collection(ProcessTests.Name)]
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
            [AgentRun.OverFixture, new("OTEL_METRIC_EXPORT_INTERVAL", "3600000"), .. AgentRun.By(receiver, protocol)]);
        await receiver.WaitForExportAsync();

        agent.Terminate();

        (await agent.WaitForExitAsync()).ShouldBe(0, agent.Error.Text);
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
        receiver.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return OtlpAnswer.Success;
        };
        await using TestProcess agent = AgentRun.Start(AgentRun.By(receiver, protocol));
        await receiver.WaitForExportAsync();

        var watch = Stopwatch.StartNew();
        agent.Terminate();
        int code = await agent.WaitForExitAsync();

        code.ShouldBe(0, agent.Error.Text);
        watch.Elapsed.ShouldBeLessThan(Grace);
        agent.Error.Containing("the last collection could not be exported").ShouldHaveSingleItem();
    }
}
