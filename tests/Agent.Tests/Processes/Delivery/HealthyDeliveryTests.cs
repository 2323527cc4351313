using Agent.Tests.Support;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The measure of the other tests: without a fault, what is counted at both ends is the same.</summary>
[Collection(AloneCollection.Name)]
public sealed class HealthyDeliveryTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_WithoutAFault_EachCollectionArrivesOnce(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        await using TestProcess agent = run.StartAgent();
        await run.WaitForCollectionsAsync(10, agent);

        await agent.StopAsync();
        run.Ledger.Taken.Count.ShouldBe(run.Collected);
        run.Ledger.Attempts.ShouldBe(run.Collected);
        agent.Error.Containing("fails:").ShouldBeEmpty();
    }
}
