using System.Diagnostics;
using Agent.Export.Spool;
using Agent.Tests.Support;
using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>What one agent keeps, the next one on the same spool delivers.</summary>
public sealed class SpoolReplayTests
{
    private const int Kept = 10;
    private const double Rate = 5;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Restart_AfterAnOutage_SendsTheOldestFirstPacedBesideNewCollections(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        ulong[] kept = await KeepAsync(run, Kept);

        await using TestProcess agent = run.StartAgent(new KeyValuePair<string, string>("Export__Spool__ReplayRate", $"{Rate}"));
        await agent.Error.WaitForAsync("All kept exports are delivered");
        await run.WaitUntilAllAreTakenAsync(agent);
        await agent.StopAsync();

        ReceivedExport[] replayed = [.. run.Exports.Where(export => kept.Contains(export.CollectedAt))];
        replayed.Select(export => export.CollectedAt).ShouldBe(kept);
        Stopwatch.GetElapsedTime(replayed[0].ArrivedAt, replayed[^1].ArrivedAt)
            .ShouldBeGreaterThan(TimeSpan.FromSeconds(0.5 * (kept.Length - 1) / Rate));
        int[] places = [.. run.Exports.Index().Where(one => kept.Contains(one.Item.CollectedAt)).Select(one => one.Index)];
        places[0].ShouldBeGreaterThan(0, "A new collection shows that the collector is back.");
        (places[^1] - places[0]).ShouldBeGreaterThan(kept.Length, "New collections go on arriving in between.");
        run.Ledger.Duplicates.ShouldBe(0);
    }

    [Fact]
    public async Task Restart_OneFileIsCorrupt_SetsItAsideAndDeliversTheRest()
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        await KeepAsync(run, Kept);
        string broken = SpoolFiles.All(run.SpoolFolder).Order(StringComparer.Ordinal).ElementAt(1);
        byte[] bytes = await File.ReadAllBytesAsync(broken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(broken, bytes);

        await using TestProcess agent = run.StartAgent();
        await agent.Error.WaitForAsync("All kept exports are delivered");
        IReadOnlyDictionary<string, long> dropped = await Deadline.UntilAsync(
            () => run.Newest.Counts("tcp.agent.spool.dropped", "error.type") is { } counts && counts.GetValueOrDefault("corrupt") > 0 ? counts : null,
            () => agent.Error.Text);
        await agent.StopAsync();

        dropped["corrupt"].ShouldBe(1);
        run.Ledger.Taken.Count.ShouldBe(run.Collected - 1);
        File.Exists(broken + SpoolFileName.Corrupt).ShouldBeTrue();
        agent.Error.Containing("is corrupt").ShouldHaveSingleItem();
    }

    /// <summary>One payload that the collector never takes holds up neither the other kept ones nor the new ones.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Restart_TheOldestIsNeverTaken_TheOthersAreAndItIsDroppedInTheEnd(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        ulong[] kept = await KeepAsync(run, Kept);
        run.Answer = export => export.IsFilled && export.CollectedAt == kept[0] ? OtlpAnswer.AskToWait(1) : OtlpAnswer.Success;

        await using TestProcess agent = run.StartAgent(new KeyValuePair<string, string>("Export__Retry__MaxRetryAfter", "0.5"));
        await agent.Error.WaitForAsync("It is now sent after all others");
        await agent.Error.WaitForAsync("in more than");
        IReadOnlyDictionary<string, long> rejected = await Deadline.UntilAsync(
            () => run.Newest.Counts("tcp.agent.export.rejected", "error.type") is { } counts && counts.Values.Any(count => count > 0) ? counts : null,
            () => agent.Error.Text);
        await agent.StopAsync();

        run.Ledger.Taken.ShouldBe(run.Ledger.Seen.Select(one => one.CollectedAt).Except([kept[0]]));
        run.Ledger.Taken.Count.ShouldBe(run.Collected - 1);
        rejected.Where(reason => reason.Value > 0).ShouldHaveSingleItem();
        agent.Error.Containing("fails:").ShouldBeEmpty("no new export was held up");
        SpoolFiles.All(run.SpoolFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task TwoAgents_OnOneSpool_NothingIsLostOrDoubled()
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync("http/protobuf");
        run.Link.Fault = LinkFault.Refuse;
        await using TestProcess first = run.StartAgent();
        await first.Error.WaitForAsync("fails:");
        await using TestProcess second = run.StartAgent();
        await second.Error.WaitForAsync("are kept in memory");
        await run.WaitForCollectionsAsync(run.Collected + Kept, second);

        run.Link.Fault = LinkFault.None;
        await run.WaitUntilAllAreTakenAsync(second);
        foreach (TestProcess agent in (TestProcess[])[first, second])
        {
            await agent.StopAsync();
        }

        run.Ledger.Taken.Count.ShouldBe(run.Collected);
        run.Ledger.Duplicates.ShouldBe(0);
    }

    /// <summary>Has an agent collect so often while nothing listens, and ends it in good order.</summary>
    /// <returns>What then stands in the spool, oldest first.</returns>
    private static async Task<ulong[]> KeepAsync(DeliveryRun run, int count)
    {
        run.Link.Fault = LinkFault.Refuse;
        await using TestProcess agent = run.StartAgent();
        await run.WaitForCollectionsAsync(count, agent);
        await agent.StopAsync();
        run.Link.Fault = LinkFault.None;
        ulong[] kept = [.. SpoolFiles.Collections(run.SpoolFolder).Order()];
        kept.Length.ShouldBe(run.Collected);
        return kept;
    }
}
