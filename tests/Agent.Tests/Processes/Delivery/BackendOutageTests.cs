using Agent.Tests.Support;
using Agent.Tests.Support.Backends;
using Agent.Tests.Support.Delivery;

namespace Agent.Tests.Processes.Delivery;

/// <summary>The backend itself goes away, and comes back on the same port and data.</summary>
public sealed class BackendOutageTests : IDisposable
{
    private const int CollectionsOfAPhase = 8;

    private readonly CopiedProcRoot _proc = new();
    private readonly TemporaryFolder _spool = new();

    [Fact]
    public async Task VictoriaMetrics_StoppedForAWhile_HasEveryCollectionWithItsOwnTimeAndValues()
    {
        await using VictoriaMetrics backend = await VictoriaMetrics.StartAsync();
        using var watch = new CollectionWatch(_proc.Table);
        await using TestProcess agent = DeliveryAgent.Start(
            AgentRun.Endpoint(backend.OtlpEndpoint, "http/protobuf"), _proc.Path, _spool.Path, new KeyValuePair<string, string>("Export__AttemptTimeout", "1"));
        await watch.WaitForAsync(CollectionsOfAPhase, agent);

        await backend.StopAsync();
        long before = watch.Collections;
        await watch.WaitForAsync(before + CollectionsOfAPhase, agent);
        await backend.StartAgainAsync();
        await agent.Error.WaitForAsync("All kept exports are delivered");
        await agent.StopAsync();

        IReadOnlyList<VictoriaMetricsSeries> series = await Deadline.UntilAsync(
            async () => await backend.ExportAsync("""{__name__="tcp.connections"}""") is { } all
                && all.Count == FixtureProcRoot.Series.Count
                && all.All(one => Times(one) == watch.Collections)
                    ? all
                    : null,
            () => $"{watch.Collections} collections.\n{agent.Error.Text}");
        foreach (VictoriaMetricsSeries one in series)
        {
            string name = $"{one.Labels["network.connection.state"]} {one.Labels["network.type"]} {one.Labels["tcp.socket.family"]}";
            one.Samples.ShouldAllBe(sample => sample.Value == FixtureProcRoot.Series[name], name);
        }
    }

    /// <summary>
    /// Debian's build lacks the receiver, whatever it is asked for. That it is 404 is for the agent a refusal for good:
    /// said in one line, and dropped.
    /// </summary>
    [Fact]
    public async Task Prometheus_BuiltWithoutOtlp_IsSaidInOneLineAndNothingIsKept()
    {
        await using PrometheusOtlp backend = await PrometheusOtlp.StartAsync();
        using var watch = new CollectionWatch(_proc.Table);
        await using TestProcess agent = DeliveryAgent.Start(
            AgentRun.Endpoint(backend.OtlpEndpoint, "http/protobuf"), _proc.Path, _spool.Path);
        await watch.WaitForAsync(CollectionsOfAPhase, agent);
        await agent.StopAsync();

        agent.Error.Containing("fails:").ShouldHaveSingleItem(agent.Error.Text).ShouldContain("it answered 404 Not Found: 404 page not found");
        SpoolFiles.All(_spool.Path).ShouldBeEmpty("What is refused for good is not kept for another try.");
    }

    public void Dispose()
    {
        _proc.Dispose();
        _spool.Dispose();
    }

    /// <summary>How many different instants it has samples of.</summary>
    private static long Times(VictoriaMetricsSeries series) => series.Samples.Select(sample => sample.Milliseconds).Distinct().LongCount();
}
