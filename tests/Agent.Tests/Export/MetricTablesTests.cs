using System.Diagnostics.Metrics;
using Agent.Export;
using Agent.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Tests.Export;

public sealed class MetricTablesTests
{
    [Fact]
    public void Render_Connections_HasARowAStateAndAColumnAFamily()
    {
        string text = Render(meter => meter.CreateObservableUpDownCounter(
            "tcp.connections",
            () => new Measurement<long>[]
            {
                new(3, new("network.connection.state", "listen"), new("network.type", "ipv4"), new("tcp.socket.family", "inet")),
                new(14, new("network.connection.state", "listen"), new("network.type", "ipv6"), new("tcp.socket.family", "inet6")),
                new(0, new("network.connection.state", "closing"), new("network.type", "ipv4"), new("tcp.socket.family", "inet")),
            },
            "{connection}"));

        text.ShouldBe(
            "tcp.connections {connection}  2026-01-02 03:04:05Z\n"
            + "network.connection.state  ipv4/inet  ipv6/inet6\n"
            + "listen                            3          14\n"
            + "closing                           0\n"
            + "\n");
    }

    [Fact]
    public void Render_AnyOtherMetric_HasAColumnAnAttributeAndTheValue()
    {
        string text = Render(meter => meter.CreateObservableCounter(
            "tcp.agent.read.errors", () => new Measurement<long>(2, new KeyValuePair<string, object?>("error.type", "io")), "{error}"));

        text.ShouldBe(
            "tcp.agent.read.errors {error}  2026-01-02 03:04:05Z\n"
            + "error.type  VALUE\n"
            + "io              2\n"
            + "\n");
    }

    [Fact]
    public void Render_AHistogram_HasItsCountAndItsMean()
    {
        string text = Render(
            meter => meter.CreateHistogram<double>("tcp.connection.rtt", "s"),
            histogram =>
            {
                foreach (double seconds in new[] { 0.0000101, 0.0000111, 0.0000122 })
                {
                    histogram.Record(seconds, new KeyValuePair<string, object?>("tcp.peer.scope", "loopback"));
                }

                histogram.Record(0.25, new KeyValuePair<string, object?>("tcp.peer.scope", "public"));
            });

        text.ShouldBe(
            "tcp.connection.rtt s  2026-01-02 03:04:05Z\n"
            + "tcp.peer.scope  COUNT  MEAN\n"
            + "loopback            3  0.0000111333\n"
            + "public              1  0.25\n"
            + "\n");
    }

    [Theory]
    [InlineData(1.0 / 3, "0.333333")]
    [InlineData(1234.5678, "1234.57")]
    [InlineData(1.1100000000000002E-05, "0.0000111")]
    [InlineData(0, "0")]
    public void Render_ANumberWithAFraction_HasSixSignificantDigits(double value, string shown) =>
        Render(meter => meter.CreateObservableCounter("tcp.agent.collection.cpu", () => value, "s"))
            .ShouldBe($"tcp.agent.collection.cpu s  2026-01-02 03:04:05Z\nVALUE\n{shown}\n\n");

    [Fact]
    public void Render_AMetricWithoutSeries_IsLeftOut() => Render(
        meter => meter.CreateObservableCounter("tcp.agent.read.errors", () => Array.Empty<Measurement<long>>())).ShouldBeEmpty();

    [Theory]
    [InlineData(0, false)]
    [InlineData(4, true)]
    public void Render_NamespacesThatWereNotRead_AreSaidOnce(long deferred, bool isSaid)
    {
        string text = Render(meter => meter.CreateObservableUpDownCounter(
            "tcp.agent.namespaces",
            () => new Measurement<long>[]
            {
                new(8, new KeyValuePair<string, object?>("tcp.agent.namespace.status", "read")),
                new(deferred, new KeyValuePair<string, object?>("tcp.agent.namespace.status", "deferred")),
            }));

        text.StartsWith($"{deferred} of {8 + deferred} network namespaces were not read for this table", StringComparison.Ordinal).ShouldBe(isSaid, text);
        text.Contains("were not read", StringComparison.Ordinal).ShouldBe(isSaid);
    }

    /// <summary>Collects once through the SDK, and renders what its exporter is given.</summary>
    private static string Render<T>(Func<Meter, T> create, Action<T>? record = null)
    {
        using var meter = new Meter($"{nameof(MetricTablesTests)}.{Guid.NewGuid()}");
        using var exporter = new Renderer();
        T instrument = create(meter);
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(meter.Name)
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build();
        record?.Invoke(instrument);
        provider.ForceFlush();
        return exporter.Text;
    }

    private sealed class Renderer : BaseExporter<Metric>
    {
        public string Text { get; private set; } = "";

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Text = MetricTables.Render(batch, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Style.Plain);
            return ExportResult.Success;
        }
    }
}
