using System.Globalization;
using Agent.Tests.Support;
using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;
using Grpc.Core;

namespace Agent.Tests.Processes.Delivery;

/// <summary>
/// kill -9 at random instants, again and again, while the receiver is away in one way or another and the wall clock steps; then
/// it returns, but for some payloads that it never takes.
/// <para>
/// What must arrive: every collection that the receiver saw in any attempt, and every one that stood in the spool when
/// the agent was killed. A collection that was being made at that instant is in neither: at most one a kill.
/// </para>
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class KillTests
{
    private const int Seed = 20261125;
    private const int KillsInTheOutage = 26;
    private const int KillsInTheReplay = 4;
    private const int LongestLifeMilliseconds = 1300;

    /// <summary>Of the payloads that come in the outage, one in so many lives is refused for ever.</summary>
    private const int RefusesOneInLives = 9;

    private const int TenYearsInDays = 3650;

    /// <summary>One agent of so many is killed in the moments of its start, the others from their first collection on.</summary>
    private const int KilledAtStartOf = 4;

    /// <summary>What each kill may leave in flight in the replay: a new payload and a kept one, taken but not yet deleted.</summary>
    private const int DuplicatesPerKill = 2;

    private static readonly OtlpAnswer Away =
        new() { HttpStatus = 503, GrpcStatus = StatusCode.Unavailable, Message = "away" };

    private static readonly BothProtocols Runs = new(RunAsync);

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public Task Kill_AgainAndAgainInAnOutage_EveryCollectionArrives(string protocol) => Runs.EndAsync(protocol);

    private static async Task RunAsync(string protocol)
    {
#pragma warning disable CA5394 // The instants are to be the same in each run, not secret.
        var random = new Random(Seed);
        var onDisk = new HashSet<ulong>();
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        using SteppedWallClock? clock = SteppedWallClock.CreateIfInstalled();
        run.Answer = _ => Away;
        for (int life = 0; life < KillsInTheOutage; life++)
        {
            if (life % RefusesOneInLives == 0)
            {
                run.Refused.MarkNext();
            }

            run.Link.Fault = random.Next(3) switch { 0 => LinkFault.Refuse, 1 => LinkFault.Hang, _ => LinkFault.None };
            await LiveAsync(run, clock, random.Next(KilledAtStartOf) == 0, random, onDisk);
        }

        int kept = SpoolFiles.All(run.SpoolFolder).Length;
        kept.ShouldBeGreaterThan(KillsInTheOutage);
        run.Ledger.Taken.ShouldBeEmpty();
        run.Link.Fault = LinkFault.None;
        run.Answer = _ => OtlpAnswer.Success;
        for (int life = 0; life < KillsInTheReplay; life++)
        {
            await LiveAsync(run, clock, atStart: false, random, onDisk);
        }

        await DrainAsync(run);

        IReadOnlyList<ulong> taken = run.Ledger.Taken;
        ulong[] refused = [.. run.Refused.All];
        ulong[] lost = [.. run.Ledger.Seen.Where(one => one.TakenCount == 0).Select(one => one.CollectedAt).Union(onDisk.Except(taken)).Except(refused)];
        int killed = run.Collected - refused.Length - taken.Count;
        new DeliveryReport($"Kill {protocol}")
            .Add("seed", $"{Seed}")
            .Add("kill -9 in the outage", KillsInTheOutage)
            .Add("kill -9 in the replay", KillsInTheReplay)
            .Add("collections begun", run.Collected)
            .Add("payloads sent, repeats included", run.Ledger.Attempts)
            .Add("payloads in the spool when the receiver returned", kept)
            .Add("collections that arrived", taken.Count)
            .Add("payloads that were always refused, and dropped", refused.Length)
            .Add("lost of all others that were seen or spooled", lost.Length)
            .Add("killed while they were being collected", killed)
            .Add("duplicates", run.Ledger.Duplicates)
            .Add("longest outage", run.Ledger.LongestOutage)
            .Publish();
        lost.ShouldBeEmpty();
        refused.Length.ShouldBeGreaterThan(1);
        taken.Intersect(refused).ShouldBeEmpty();
        killed.ShouldBeInRange(0, KillsInTheOutage + KillsInTheReplay);
        run.Ledger.Duplicates.ShouldBeLessThanOrEqualTo(KillsInTheReplay * DuplicatesPerKill);
    }

    /// <summary>Starts an agent, sets its clock and kills it; what then stands on disk must be whole.</summary>
    private static async Task LiveAsync(DeliveryRun run, SteppedWallClock? clock, bool atStart, Random random, HashSet<ulong> onDisk)
    {
        int milliseconds = random.Next(LongestLifeMilliseconds);
        int before = run.Collected;
        Step();
        await using TestProcess agent = run.StartAgent(
            [.. clock?.Environment ?? [], AgentRun.OftenExporting, DeliveryAgent.ShortAttempts, new("Export__Spool__ReplayRate", "20")]);
        if (!atStart)
        {
            await run.WaitForCollectionsAsync(before + 1, agent);
        }

        await Task.Delay(milliseconds / 2);
        Step();
        await Task.Delay(milliseconds / 2);
        agent.Kill();
        await agent.WaitForExitAsync();
        onDisk.UnionWith(SpoolFiles.Collections(run.SpoolFolder));

        void Step() => clock?.Set(TimeSpan.FromDays(TenYearsInDays * random.Next(-1, 2)));
    }
#pragma warning restore CA5394

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
        await agent.StopAsync();
        SpoolFiles.All(run.SpoolFolder).ShouldBeEmpty(agent.Error.Text);
    }
}
