using System.Diagnostics;
using Agent.Tests.Support;
using Agent.Tests.Support.Network;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The connection fails in every way it can, for a while; afterwards nothing is missing.</summary>
public sealed class ConnectionFaultTests
{
    /// <summary>Collections that fall into the fault.</summary>
    private const int Length = 4;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string protocol in (string[])["grpc", "http/protobuf"])
            {
                foreach (string fault in Faults.Keys)
                {
                    cases.Add(protocol, fault);
                }
            }

            return cases;
        }
    }

    private static Dictionary<string, LinkFault> Faults { get; } = new(StringComparer.Ordinal)
    {
        ["refused"] = LinkFault.Refuse,
        ["hanging"] = LinkFault.Hang,
        ["cut in the request"] = new LinkFault { CutAfterRequestBytes = 1500 },
        ["cut in the answer's head"] = new LinkFault { CutAfterAnswerBytes = 12 },
        ["slow"] = new LinkFault { BytesPerSecond = 2000 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Export_ConnectionFaultForAWhile_NothingIsMissing(string protocol, string fault)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        await using TestProcess agent = run.StartAgent(DeliveryAgent.ShortAttempts);
        await run.WaitForCollectionsAsync(2, agent);

        run.Link.Fault = Faults[fault];
        await run.WaitForCollectionsAsync(run.Collected + Length, agent);
        run.Link.Fault = LinkFault.None;

        await AssertNothingIsMissingAsync(run, agent);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_AnswerCutInItsBody_NothingIsMissing(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        await using TestProcess agent = run.StartAgent(DeliveryAgent.ShortAttempts);
        await run.WaitForCollectionsAsync(2, agent);

        run.Answer = _ => new OtlpAnswer { IsCutShort = true };
        await run.WaitForCollectionsAsync(run.Collected + Length, agent);
        run.Answer = _ => OtlpAnswer.Success;

        await AssertNothingIsMissingAsync(run, agent);

        // The receiver took it each time: only a repeat shows that the agent did not take half an answer for one.
        run.Ledger.Duplicates.ShouldBeGreaterThanOrEqualTo(Length - 1);
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Export_ThePeerVanishesWithoutAReset_GoesOnOverANewConnection(string protocol)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        await using TestProcess agent = run.StartAgent(DeliveryAgent.ShortAttempts);
        await run.WaitForCollectionsAsync(2, agent);

        run.Link.LoseConnections();
        int before = run.Ledger.Taken.Count;
        var watch = Stopwatch.StartNew();
        await Deadline.UntilAsync<object>(() => run.Ledger.Taken.Count > before + 2 ? run : null, () => agent.Error.Text);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        await run.WaitUntilAllAreTakenAsync(agent);
    }

    /// <summary>What is kept is kept as it was to be sent.</summary>
    [Theory]
    [InlineData("grpc", "grpc-encoding")]
    [InlineData("http/protobuf", "content-encoding")]
    public async Task Export_CompressedAndRefusedForAWhile_NothingIsMissing(string protocol, string header)
    {
        await using DeliveryRun run = await DeliveryRun.StartAsync(protocol);
        run.Link.Fault = LinkFault.Refuse;
        await using TestProcess agent = run.StartAgent(new KeyValuePair<string, string>("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"));
        await run.WaitForCollectionsAsync(Length, agent);
        run.Link.Fault = LinkFault.None;

        await AssertNothingIsMissingAsync(run, agent);

        run.Exports.ShouldAllBe(export => export.Headers[header] == "gzip");
        run.Exports.ShouldAllBe(export => export.Connections.Count == FixtureProcRoot.Series.Count);
    }

    private static async Task AssertNothingIsMissingAsync(DeliveryRun run, TestProcess agent)
    {
        await agent.Error.WaitForAsync("succeeds again");
        await run.WaitUntilAllAreTakenAsync(agent);
        await agent.StopAsync();

        run.Ledger.Taken.Count.ShouldBe(run.Collected, agent.Error.Text);

        // One fault may show in several ways: cut connections also while they begin.
        string[] reasons = [.. agent.Error.Containing("fails:").Select(line => line.Split("fails: ")[1])];
        reasons.ShouldNotBeEmpty();
        reasons.ShouldBeUnique(StringComparer.Ordinal);
    }
}
