using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Tests.Support;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>Weeks of pods that come and go, through the real SDK with the limit that the agent gives it.</summary>
[Collection(MetersCollection.Name)]
public sealed class SeriesChurnTests : IDisposable
{
    private const int Living = 100;
    private const int Replaced = 50;
    private const int Seed = 4711;
    private const string Overflow = "otel.metric.overflow";

    /// <summary>The agent's: room for every series that may live at a time, twice (the host's, and the excess's, too).</summary>
    private const int Limit = 2 * ConnectionSeries.MaxPoints * (Living + 2);

    /// <summary>Generous: the series of the 10,000 pods, were they kept, would take ten times as much.</summary>
    private const long MemoryBound = 4 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ITestOutputHelper _output;
    private readonly PodNode _node = new();
    private readonly FiringTime _time = new();
    private readonly PodChurn _churn;

    public SeriesChurnTests(ITestOutputHelper output)
    {
        _output = output;
        _churn = new PodChurn(_node, Seed);
        _churn.Start(Living);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Connections_TenThousandPodsOverTime_AreExactAndNeverOverflow()
    {
        using MeterHarness meter = Of(Options(Limit), _time, out TcpMetrics metrics, Limited);
        CollectUntil(meter, pods: 1_000, ShouldBeTheTruth);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        CollectUntil(meter, pods: 10_000, ShouldBeTheTruth);

        long after = GC.GetTotalMemory(forceFullCollection: true);
        _output.WriteLine(
            $"{_churn.Pods} pods, {_churn.Sets} attribute sets, limit {Limit}, {metrics.Rotating.Rotations} rotations; "
            + $"{before / 1024} KiB after 1,000 pods, {after / 1024} KiB after {_churn.Pods}");
        _churn.Sets.ShouldBeGreaterThan(4 * Limit, "too few to prove anything");
        metrics.Rotating.Rotations.ShouldBeGreaterThan(3);
        (after - before).ShouldBeLessThan(MemoryBound);
        meter.Log.Lines.ShouldBeEmpty();
    }

    /// <summary>What the test above would find if the meter were not replaced.</summary>
    [Fact]
    public void Connections_OfAMeterThatIsNotReplaced_Overflow()
    {
        TcpInstrumentationOptions options = Options(cardinalityLimit: int.MaxValue);
        options.Metrics.TurnOff();
        using MeterHarness meter = Of(options, _time, out TcpMetrics metrics, Limited);
        bool overflowed = false;

        CollectUntil(meter, pods: 4_000, points => overflowed |= points.Keys.Any(tags => tags.Contains(Overflow, StringComparison.Ordinal)));

        metrics.Rotating.Rotations.ShouldBe(0);
        overflowed.ShouldBeTrue();
    }

    [Fact]
    public void Connections_CollectedMoreOftenThanASecond_AreStillExact()
    {
        using MeterHarness meter = Of(Options(Limit), _time, out TcpMetrics metrics, Limited);

        CollectUntil(meter, pods: 4_000, ShouldBeTheTruth, TimeSpan.FromSeconds(0.5));

        metrics.Rotating.Rotations.ShouldBeGreaterThan(0);
    }

    private static void Limited(MeterProviderBuilder builder) =>
        builder.AddView(Connections, new MetricStreamConfiguration { CardinalityLimit = Limit });

    private TcpInstrumentationOptions Options(int cardinalityLimit) => new()
    {
        ProcRoot = _node.Root,
        PodLogs = "",
        ContainerLogs = "",
        Namespaces = NamespaceScope.All,
        Source = TcpSource.Procfs,
        CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
        MaxNamespaces = Living,
        CardinalityLimit = cardinalityLimit,
    };

    private void CollectUntil(
        MeterHarness meter, int pods, Action<Dictionary<string, long>> check, TimeSpan? interval = null)
    {
        while (_churn.Pods < pods)
        {
            _churn.Replace(Replaced);
            Dictionary<string, ExportedMetric> metrics = meter.Collect();
            check(metrics[Connections].Points);
            metrics.Values.Where(metric => !string.Equals(metric.Name, Connections, StringComparison.Ordinal))
                .SelectMany(metric => metric.Points)
                .ShouldAllBe(point => point.Value >= 0 && !point.Key.Contains(Overflow, StringComparison.Ordinal));
            _time.Advance(interval ?? Interval);
        }
    }

    /// <summary>Each point of each pod, no more and no less; and the host's, which is idle.</summary>
    private void ShouldBeTheTruth(Dictionary<string, long> points)
    {
        const int HostSeries = 11;
        points.Values.Sum().ShouldBe(_churn.Truth.Values.Sum());
        points.Count.ShouldBe(_churn.Truth.Count + HostSeries);
        foreach ((string tags, long value) in _churn.Truth)
        {
            points.ShouldContainKeyAndValue(tags, value);
        }
    }
}
