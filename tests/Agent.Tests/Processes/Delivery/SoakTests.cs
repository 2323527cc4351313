using System.Globalization;
using Agent.Tests.Support;
using Agent.Tests.Support.Delivery;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>
/// Many intervals of a tenth of a second, with one fault after the other. AGENT_TEST_SOAK_INTERVALS says how many:
/// 1800 is half an hour of one-second intervals, or thirty hours of the default ones.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SoakTests
{
    private const string LengthVariable = "AGENT_TEST_SOAK_INTERVALS";
    private const int DefaultLength = 300;
    private const int Seed = 5;

    /// <summary>What the runtime may still warm up by, in the second half of even a short run.</summary>
    private const long MemorySlack = 8 * 1024 * 1024;

    private const int DescriptorSlack = 4;

    private static readonly KeyValuePair<string, string>[] BreakerThatOpens =
    [
        new("Export__Breaker__MinimumThroughput", "5"),
        new("Export__Breaker__SamplingDuration", "5"),
        new("Export__Breaker__BreakDuration", "0.5"),
    ];

    private static readonly BothProtocols Runs = new(RunAsync);

    private static int Length => int.TryParse(
        Environment.GetEnvironmentVariable(LengthVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int set)
        ? set
        : DefaultLength;

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public Task Export_OneFaultAfterTheOther_NothingIsLostAndNothingGrows(string protocol) => Runs.EndAsync(protocol);

    private static async Task RunAsync(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        using SmallDisk? disk = Environment.IsPrivilegedProcess ? SmallDisk.Mount("tmpfs", "size=8m") : null;
        using SteppedWallClock? clock = SteppedWallClock.CreateIfInstalled();
        await using TestProcess agent = run.StartAgent(
        [
            .. clock?.Environment ?? [],
            AgentRun.OftenExporting, DeliveryAgent.ShortAttempts, .. BreakerThatOpens,
            new("Export__Spool__Path", disk?.Spool ?? run.SpoolFolder),
        ]);
        await run.WaitForCollectionsAsync(1, agent);

        SoakFigures figures = await InjectAsync(run, agent, disk, clock);
        long rejected = await run.WaitUntilRefusedAreCountedAsync(agent);
        await run.WaitUntilAllAreTakenAsync(agent);
        await agent.StopAsync();

        (ProcessUsage early, ProcessUsage late) = figures.Usage();
        new DeliveryReport($"Soak {protocol}")
            .Add("seed", $"{Seed}")
            .Add("intervals of 100 ms", run.Collected)
            .Add("faults injected", figures.Faults)
            .Add("kinds of them", figures.Kinds)
            .Add("payloads sent, repeats included", run.Ledger.Attempts)
            .Add("payloads that were always refused, dropped and counted", run.Refused.All.Count)
            .Add("lost of all others", run.Collected - run.Refused.All.Count - run.Ledger.Taken.Count)
            .Add("duplicates", run.Ledger.Duplicates)
            .Add("longest outage", run.Ledger.LongestOutage)
            .Add("resident memory, second quarter, MiB", early.ResidentBytes >> 20)
            .Add("resident memory, last quarter, MiB", late.ResidentBytes >> 20)
            .Add("open descriptors, second quarter, at most", early.Descriptors)
            .Add("open descriptors, last quarter, at most", late.Descriptors)
            .Publish();
        run.Ledger.Taken.Count.ShouldBe(run.Collected - run.Refused.All.Count, agent.Error.Text);
        run.Ledger.Taken.ShouldNotContain(one => run.Refused.All.Contains(one));
        run.Refused.All.ShouldNotBeEmpty();
        rejected.ShouldBe(run.Refused.DataPoints, agent.Error.Text);
        run.Ledger.Duplicates.ShouldBeLessThanOrEqualTo(figures.TakenInDoubt);
        late.ResidentBytes.ShouldBeLessThan(early.ResidentBytes + MemorySlack);
        late.Descriptors.ShouldBeLessThanOrEqualTo(early.Descriptors + DescriptorSlack);
    }

    private static async Task<SoakFigures> InjectAsync(DeliveryRun run, TestProcess agent, SmallDisk? disk, SteppedWallClock? clock)
    {
        var schedule = new FaultSchedule(Seed);
        var figures = new SoakFigures();
        run.Answer = export => figures.AnswerTo(export);
        while (run.Collected < Length)
        {
            (ScheduledFault fault, TimeSpan length) = schedule.Next();
            figures.Begin(fault);
            run.Link.Fault = fault.Link;
            disk?.LeaveFree(fault.FillsDisk ? 0 : long.MaxValue);
            clock?.Set(fault.ClockOffset);
            if (fault.RefusesOne)
            {
                run.Refused.MarkNext();
            }

            await Task.Delay(length);
            agent.HasExited.ShouldBeFalse(agent.Error.Text);
            figures.Sample(ProcessUsage.Of(agent.Id));
        }

        disk?.LeaveFree(long.MaxValue);
        clock?.Set(TimeSpan.Zero);
        run.Link.Fault = LinkFault.None;
        run.Answer = _ => OtlpAnswer.Success;
        return figures;
    }
}
