using System.Globalization;
using Agent.Tests.Support;
using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Processes.Delivery;

/// <summary>
/// kill -9 at random instants, again and again, while the receiver is away in one way or another; then it returns.
/// <para>
/// What must arrive: every collection that the receiver saw in any attempt, and every one that stood in the spool when
/// the agent was killed. A collection that was being made at that instant is in neither: at most one a kill.
/// </para>
/// </summary>
[Collection(ProcessTests.Name)]
public sealed class KillTests
{
    private const int Seed = 20261125;
    private const int KillsInTheOutage = 26;
    private const int KillsInTheReplay = 4;
    private const int LongestLifeMilliseconds = 1300;

    /// <summary>One agent of so many is killed in the moments of its start, the others from their first collection on.</summary>
    private const int KilledAtStartOf = 4;

    /// <summary>What each kill may leave in flight in the replay: a new payload and a kept one, taken but not yet deleted.</summary>
    private const int DuplicatesPerKill = 2;

    private static readonly OtlpAnswer Away =
        new() { HttpStatus = 503, GrpcStatus = StatusCode.Unavailable, Message = "away" };

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Kill_AgainAndAgainInAnOutage_EveryCollectionArrives(string protocol)
    {
#pragma warning disable CA5394 // The instants are to be the same in each run, not secret.
        var random = new Random(Seed);
        var onDisk = new HashSet<ulong>();
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        run.Answer = _ => Away;
        for (int life = 0; life < KillsInTheOutage; life++)
        {
            run.Link.Fault = random.Next(3) switch { 0 => LinkFault.Refuse, 1 => LinkFault.Hang, _ => LinkFault.None };
            await LiveAsync(run, random.Next(KilledAtStartOf) == 0, random.Next(LongestLifeMilliseconds), onDisk);
        }

        int kept = SpoolFiles.All(run.SpoolFolder).Length;
        kept.ShouldBeGreaterThan(KillsInTheOutage);
        run.Ledger.Taken.ShouldBeEmpty();
        run.Link.Fault = LinkFault.None;
        run.Answer = _ => OtlpAnswer.Success;
        for (int life = 0; life < KillsInTheReplay; life++)
        {
            await LiveAsync(run, atStart: false, random.Next(LongestLifeMilliseconds), onDisk);
        }
#pragma warning restore CA5394

        await DrainAsync(run);

        IReadOnlyList<ulong> taken = run.Ledger.Taken;
        int lost = run.Collected - taken.Count;
        new DeliveryReport($"Kill {protocol}")
            .Add("seed", $"{Seed}")
            .Add("kill -9 in the outage", KillsInTheOutage)
            .Add("kill -9 in the replay", KillsInTheReplay)
            .Add("collections begun", run.Collected)
            .Add("payloads sent, repeats included", run.Ledger.Attempts)
            .Add("payloads in the spool when the receiver returned", kept)
            .Add("collections that arrived", taken.Count)
            .Add("lost of those seen or spooled", run.Ledger.Seen.Count(one => one.TakenCount == 0) + onDisk.Except(taken).Count())
            .Add("killed while they were being collected", lost)
            .Add("duplicates", run.Ledger.Duplicates)
            .Add("longest outage", run.Ledger.LongestOutage)
            .Publish();
        run.Ledger.Seen.Where(one => one.TakenCount == 0).ShouldBeEmpty();
        onDisk.Except(taken).ShouldBeEmpty();
        lost.ShouldBeInRange(0, KillsInTheOutage + KillsInTheReplay);
        run.Ledger.Duplicates.ShouldBeLessThanOrEqualTo(KillsInTheReplay * DuplicatesPerKill);
    }

    /// <summary>Starts an agent and kills it; what then stands on disk must be whole.</summary>
    private static async Task LiveAsync(DeliveryRun run, bool atStart, int milliseconds, HashSet<ulong> onDisk)
    {
        int before = run.Collected;
        await using TestProcess agent = run.StartAgent(AgentRun.OftenExporting, DeliveryAgent.ShortAttempts, new("Export__Spool__ReplayRate", "20"));
        if (!atStart)
        {
            await run.WaitForCollectionsAsync(before + 1, agent);
        }

        await Task.Delay(milliseconds);
        agent.Kill();
        await agent.WaitForExitAsync();
        onDisk.UnionWith(SpoolFiles.Collections(run.SpoolFolder));
    }

    /// <summary>One more agent, which is let go on until nothing is left, and then ended in good order.</summary>
    private static async Task DrainAsync(DeliveryRun run)
    {
        await using TestProcess agent = run.StartAgent(AgentRun.OftenExporting);
        await agent.Error.WaitForAsync("Exporting to");
        int before = run.Collected;
        await run.WaitForCollectionsAsync(before + 2, agent);
        await Deadline.UntilAsync<object>(
            () => SpoolFiles.All(run.SpoolFolder).Length == 0 ? run : null,
            () => string.Create(CultureInfo.InvariantCulture, $"{SpoolFiles.All(run.SpoolFolder).Length} payloads are left.\n{agent.Error.Text}"));
        agent.Terminate();
        (await agent.WaitForExitAsync()).ShouldBe(0, agent.Error.Text);
        SpoolFiles.All(run.SpoolFolder).ShouldBeEmpty(agent.Error.Text);
    }
}
