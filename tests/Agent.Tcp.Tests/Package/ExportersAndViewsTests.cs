using Agent.Tcp.Metrics;
using Agent.Tcp.Tests.Metrics;
using Agent.Tcp.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Package;

/// <summary>The SDK's own exporters, and views that a program sets.</summary>
[Collection(MetersCollection.Name)]
public sealed class ExportersAndViewsTests : IDisposable
{
    private const string Overflow = "otel.metric.overflow";
    private const int Living = 20;

    private readonly PodNode _node = new();
    private readonly FiringTime _time = new();
    private readonly PodChurn _churn;

    public ExportersAndViewsTests()
    {
        _churn = new PodChurn(_node, seed: 22);
        _churn.Start(Living);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public void InMemoryExporter_WithSemanticConventions_HasTheSumOfAllStates()
    {
        List<Metric> exported = [];
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .AddTcpInstrumentation(options => (options.ProcRoot, options.Namespaces, options.SemanticConventions, options.Source) =
                (_node.Root, NamespaceScope.All, true, TcpSource.Procfs))
            .AddInMemoryExporter(exported)
            .Build();

        provider.ForceFlush().ShouldBeTrue();

        Sum(exported, "system.network.connection.count").ShouldBe(_churn.Truth.Values.Sum());
        Sum(exported, "tcp.connections").ShouldBe(_churn.Truth.Values.Sum());
        exported.ShouldContain(metric => metric.Name == "tcp.agent.collection.duration");
    }

    [Fact]
    public void View_Drop_LeavesThatMetricOutAndTheOthersAsTheyAre()
    {
        using MeterHarness meter = Harness(out _, builder => builder.AddView("tcp.segments*", MetricStreamConfiguration.Drop));

        Dictionary<string, ExportedMetric> metrics = meter.Collect();

        metrics.Keys.ShouldNotContain(name => name.StartsWith("tcp.segments", StringComparison.Ordinal));
        metrics[MeterHarness.Connections].Sum.ShouldBe(_churn.Truth.Values.Sum());
        metrics.ShouldContainKey("tcp.connection.opens");
    }

    /// <summary>Points whose attributes a view takes away fall on each other, and the SDK keeps one of them: it does not add them up.</summary>
    [Fact]
    public void View_TagKeys_KeepsOneOfThePointsThatBecomeEqual()
    {
        using MeterHarness meter = Harness(out _, builder => builder.AddView(
            MeterHarness.Connections, new MetricStreamConfiguration { TagKeys = ["network.connection.state"] }));

        Dictionary<string, long> points = meter.Collect()[MeterHarness.Connections].Points;

        points.Keys.ShouldAllBe(tags => tags.StartsWith("network.connection.state=", StringComparison.Ordinal) && !tags.Contains(' ', StringComparison.Ordinal));
        points.Values.Sum().ShouldBeLessThan(_churn.Truth.Values.Sum());
    }

    /// <summary>The meter is replaced many times meanwhile; the renamed metric is one metric, exact and complete.</summary>
    [Fact]
    public void View_Rename_HoldsAcrossReplacedMeters()
    {
        using MeterHarness meter = Harness(out TcpMetrics metrics, builder => builder.AddView(MeterHarness.Connections, "node.sockets"));
        while (_churn.Pods < 2_000)
        {
            _churn.Replace(Living / 2);

            Dictionary<string, ExportedMetric> collected = meter.Collect();

            collected.ShouldNotContainKey(MeterHarness.Connections);
            Dictionary<string, long> points = collected["node.sockets"].Points;
            points.Keys.ShouldAllBe(tags => !tags.Contains(Overflow, StringComparison.Ordinal));
            points.Values.Sum().ShouldBe(_churn.Truth.Values.Sum());
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        metrics.Rotating.Rotations.ShouldBeGreaterThan(1);
        meter.Log.Lines.ShouldBeEmpty();
    }

    /// <summary>The meter is replaced by the option's limit; a view's lower one fills up first.</summary>
    [Fact]
    public void View_CardinalityLimitBelowTheOption_PutsTheRestIntoOverflow()
    {
        using MeterHarness meter = Harness(out _, builder => builder.AddView(
            MeterHarness.Connections, new MetricStreamConfiguration { CardinalityLimit = 20 }));

        Dictionary<string, long> points = meter.Collect()[MeterHarness.Connections].Points;

        points.ShouldContainKey($"{Overflow}=True");
    }

    private MeterHarness Harness(out TcpMetrics metrics, Action<MeterProviderBuilder> view) => MeterHarness.Of(
        new TcpInstrumentationOptions
        {
            ProcRoot = _node.Root,
            PodLogs = "",
            ContainerLogs = "",
            Namespaces = NamespaceScope.All,
            Source = TcpSource.Procfs,
            CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
            MaxNamespaces = Living,
        },
        _time,
        out metrics,
        view);

    private static long Sum(List<Metric> exported, string name)
    {
        long sum = 0;
        foreach (ref readonly MetricPoint point in exported.Single(metric => string.Equals(metric.Name, name, StringComparison.Ordinal)).GetMetricPoints())
        {
            sum += point.GetSumLong();
        }

        return sum;
    }
}
