using Agent.Tcp.Metrics;
using Agent.Tcp.Tests.Namespaces.Discovery;
using Agent.Tcp.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>
/// Through the real SDK in both temporalities: the value of a counter's point is of the time between its start and its end,
/// when the meter is replaced and when namespaces get series of their own as well.
/// </summary>
[Collection(MetersCollection.Name)]
public sealed class CounterSpanTests : IDisposable
{
    private const int Before = 11;
    private const int Born = 12;
    private const int Later = 13;
    private const int History = 69_459;

    private readonly PodNode _node = new();
    private readonly FiringTime _time = new();
    private readonly SpanExporter _cumulative = new();
    private readonly SpanExporter _delta = new();

    public CounterSpanTests() => _node.Start(Before).Write(Before, "snmp", NetFiles.Opens(History));

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Collect_AcrossRotationsAndTheLimit_EveryConnectionIsCountedOnceInTheSpanItIsReportedFor()
    {
        using MeterHarness meter = Start(maxNamespaces: 1, out TcpMetrics metrics);
        Collect(meter);
        _delta.Spans.ShouldHaveSingleItem().Value.ShouldBe(0, "what was counted before is the baseline");

        // Two more than have series of their own.
        _node.Bear(Born).Write(Born, "snmp", NetFiles.Opens(500));
        _node.Bear(Later).Write(Later, "snmp", NetFiles.Opens(100)).Write(Before, "snmp", NetFiles.Opens(History + 7));
        Collect(meter);
        ShouldHaveCounted(7 + 500 + 100);

        metrics.Rotating.Rotate();
        _node.Write(Born, "snmp", NetFiles.Opens(501)).Write(Before, "snmp", NetFiles.Opens(History + 9));
        Collect(meter);
        _cumulative.Last.Values.Sum().ShouldBe(3, "it counts on from what was reported last");
        ShouldHaveCounted(9 + 501 + 100);

        // Its place is free.
        _node.End(Before).Write(Born, "snmp", NetFiles.Opens(503)).Write(Later, "snmp", NetFiles.Opens(101));
        Collect(meter);
        ShouldHaveCounted(9 + 503 + 101);

        metrics.Rotating.Rotate();
        _node.Write(Born, "snmp", NetFiles.Opens(510)).Write(Later, "snmp", NetFiles.Opens(102));
        Collect(meter);
        ShouldHaveCounted(9 + 510 + 102);
    }

    [Fact]
    public void Collect_ByAnAgentThatWasStartedAgain_BeginsAnew()
    {
        using (MeterHarness first = Start(maxNamespaces: 10, out _))
        {
            Collect(first);
            _node.Bear(Born).Write(Born, "snmp", NetFiles.Opens(500));
            Collect(first);
            ShouldHaveCounted(500);
        }

        using MeterHarness second = Start(maxNamespaces: 10, out _);
        Collect(second);
        _cumulative.Last.Values.ShouldBe([0, 0]);
        _node.Write(Born, "snmp", NetFiles.Opens(503));
        Collect(second);
        ShouldHaveCounted(503);
    }

    private MeterHarness Start(int maxNamespaces, out TcpMetrics metrics) => MeterHarness.Of(
        new TcpInstrumentationOptions
        {
            ProcRoot = _node.Root,
            PodLogs = "",
            Namespaces = NamespaceScope.All,
            Source = TcpSource.Procfs,
            CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
            MaxNamespaces = maxNamespaces,
        },
        _time,
        out metrics,
        builder => builder
            .AddReader(new BaseExportingMetricReader(_cumulative))
            .AddReader(new BaseExportingMetricReader(_delta) { TemporalityPreference = MetricReaderTemporalityPreference.Delta }));

    /// <summary>Every reader collects, each of them a reading of its own.</summary>
    private void Collect(MeterHarness meter)
    {
        meter.Flush();
        _time.Advance(TimeSpan.FromSeconds(10));
    }

    /// <summary>By either temporality: the deltas' sum, and the last values of every start and series.</summary>
    private void ShouldHaveCounted(long opens)
    {
        _delta.Spans.Sum(span => span.Value).ShouldBe(opens);
        _cumulative.Spans
            .GroupBy(span => (span.Pod, span.Start))
            .Sum(series => series.MaxBy(span => span.End)!.Value)
            .ShouldBe(opens);
        foreach (SpanExporter exporter in (SpanExporter[])[_cumulative, _delta])
        {
            exporter.Spans.ShouldAllBe(span => span.Value >= 0 && span.Start < span.End);
        }
    }

    private sealed record Span(string Pod, long Value, DateTimeOffset Start, DateTimeOffset End);

    /// <summary>Keeps the points of <c>tcp.connection.opens</c> of pods, and of the sum of those beyond the limit.</summary>
    private sealed class SpanExporter : BaseExporter<Metric>
    {
        public List<Span> Spans { get; } = [];

        /// <summary>The values of the last export.</summary>
        public Dictionary<string, long> Last { get; } = new(StringComparer.Ordinal);

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Last.Clear();
            foreach (Metric metric in batch)
            {
                if (string.Equals(metric.Name, "tcp.connection.opens", StringComparison.Ordinal))
                {
                    Take(metric);
                }
            }

            return ExportResult.Success;
        }

        private void Take(Metric metric)
        {
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
            {
                string pod = "";
                foreach (KeyValuePair<string, object?> tag in point.Tags)
                {
                    pod += $"{tag.Value} ";
                }

                Spans.Add(new Span(pod, point.GetSumLong(), point.StartTime, point.EndTime));
                Last.Add(pod, point.GetSumLong());
            }
        }
    }
}
