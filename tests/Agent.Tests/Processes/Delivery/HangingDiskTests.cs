using System.Diagnostics;
using Agent.Tests.Health;
using Agent.Tests.Support;
using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.Network;

namespace Agent.Tests.Processes.Delivery;

/// <summary>A spool whose disk does not answer: writes neither succeed nor fail.</summary>
public sealed class HangingDiskTests
{
    private const string NoAnswer = "it did not answer within 3 s";

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_TheDiskHangsForAWhile_EveryCollectionArrivesAndTheSpoolIsUsedAgain(string protocol)
    {
        using SmallDisk disk = SmallDisk.Mount("ext4");
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        int port = FreePort.Next();
        await using TestProcess agent = run.StartAgent(new("Export__Spool__Path", disk.Spool), new("Health__Port", $"{port}"));
        await run.WaitForCollectionsAsync(2, agent);

        disk.Freeze();
        await agent.Error.WaitForAsync($"The spool in {disk.Spool} cannot be used: {NoAnswer}.");
        int before = run.Exports.Count;
        await run.WaitForCollectionsAsync(run.Collected + 4, agent);
        await Deadline.UntilAsync(() => run.Exports.Count >= before + 4);
        (await HealthClient.GetAsync(port, "/readyz")).ShouldContain($"the spool cannot be used, exports are kept in memory only: {NoAnswer}");
        run.Newest.Counts("tcp.agent.spool.errors", "error.type")["timeout"].ShouldBeGreaterThan(0);
        run.Link.Fault = LinkFault.Refuse;
        await run.WaitForCollectionsAsync(run.Collected + 4, agent);
        run.Link.Fault = LinkFault.None;
        await run.WaitUntilAllAreTakenAsync(agent);

        disk.Thaw();
        await agent.Error.WaitForAsync("can be used again");
        agent.Error.Containing("cannot be used").ShouldHaveSingleItem();
        (await HealthClient.GetAsync(port, "/readyz")).ShouldNotContain("the spool");
        await agent.StopAsync();
        run.Ledger.Taken.Count.ShouldBe(run.Collected, agent.Error.Text);
        run.Ledger.Duplicates.ShouldBe(0);
        SpoolFiles.All(disk.Spool).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sigterm_TheDiskHasHungFromTheStart_DeliversAndEndsWithinTenSeconds(bool isRefused)
    {
        using var hung = new HungFileSystem();
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        run.Link.Fault = isRefused ? LinkFault.Refuse : LinkFault.None;
        await using TestProcess agent = run.StartAgent(new KeyValuePair<string, string>("Export__Spool__Path", Path.Combine(hung.Path, "spool")));
        await agent.Error.WaitForAsync($"cannot be used: {NoAnswer}.");
        await run.WaitForCollectionsAsync(3, agent);

        var watch = Stopwatch.StartNew();
        await agent.StopAsync();

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        agent.Error.Containing("kept in memory are dropped").Length.ShouldBe(isRefused ? 1 : 0, agent.Error.Text);
        run.Ledger.Taken.Count.ShouldBe(isRefused ? 0 : run.Collected, agent.Error.Text);
    }
}
