using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Processes.Delivery;

[Collection(AloneCollection.Name)]
public sealed class PartialSuccessTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_PartialSuccess_IsCountedAndLoggedAndNotSentAgain(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int answers = 0;
        run.Answer = export => export.IsFilled && Interlocked.Increment(ref answers) == 2
            ? new OtlpAnswer { PartialSuccess = new() { RejectedDataPoints = 7, ErrorMessage = "no such tenant as blue" } }
            : OtlpAnswer.Success;
        await using TestProcess agent = run.StartAgent();

        IReadOnlyDictionary<string, long> counted = await Deadline.UntilAsync(
            () => run.Exports.Count > 4 ? run.Newest.Counts("tcp.agent.export.rejected", "error.type") : null,
            () => agent.Error.Text);
        await agent.StopAsync();

        counted.Where(one => one.Value > 0).ShouldHaveSingleItem().ShouldBe(new("partial_success", 7));
        agent.Error.Containing("no such tenant as blue").ShouldHaveSingleItem(agent.Error.Text);
        run.Ledger.Duplicates.ShouldBe(0);
        run.Ledger.Taken.Count.ShouldBe(run.Collected);
    }

    /// <summary>OTLP: no rejected points but a message is advice, such as of a limit that is near.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_PartialSuccessWithAMessageOnly_IsLoggedOnceAndNothingIsCounted(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        run.Answer = _ => new OtlpAnswer
        {
            PartialSuccess = new ExportMetricsPartialSuccess { ErrorMessage = "use the new endpoint" },
        };
        await using TestProcess agent = run.StartAgent();

        await run.WaitForCollectionsAsync(5, agent);
        await agent.Error.WaitForAsync("use the new endpoint");
        await agent.StopAsync();

        run.Newest.Counts("tcp.agent.export.rejected", "error.type").Values.Sum().ShouldBe(0);
        agent.Error.Containing("use the new endpoint").ShouldHaveSingleItem(agent.Error.Text).ShouldContain(" info: ");
        run.Ledger.Duplicates.ShouldBe(0);
    }
}
