using Agent.Tcp.Tests.Support;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>One snapshot per collection, whoever collects. The n-th snapshot finds n sockets and n % 2 torn lines.</summary>
[Collection(MetersCollection.Name)]
public sealed class TcpMetricsCollectionTests : IDisposable
{
    private readonly ProcFixture _proc = new();
    private readonly ManualTime _time = new();

    public TcpMetricsCollectionTests() =>
        _time.OnUtcRead = number => _proc.Write("1", "tcp", "torn\n" + ProcRows.Rows(number, 0x01));

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Collect_WithOneReader_TakesOneSnapshotForAllInstruments()
    {
        using MeterHarness meter = WithTime(_proc, _time);
        for (int collection = 1; collection <= 5; collection++)
        {
            Dictionary<string, ExportedMetric> metrics = meter.Collect();

            metrics[Connections].Sum.ShouldBe(collection);
            metrics[Errors].Sum.ShouldBe(collection);
            _time.UtcReads.ShouldBe(collection);
        }
    }

    [Fact]
    public void Collect_WithTwoReadersAtDifferentTimes_TakesOneSnapshotForEachCollection()
    {
        using MeterHarness meter = WithTime(_proc, _time, readers: 2);
        int snapshots = 0;
        foreach (int reader in (int[])[0, 1, 0, 0, 0, 1, 1, 0, 1, 1])
        {
            Dictionary<string, ExportedMetric> metrics = meter.Collect(reader);

            snapshots++;
            metrics[Connections].Sum.ShouldBe(snapshots);
            metrics[Errors].Sum.ShouldBe(snapshots);
            _time.UtcReads.ShouldBe(snapshots);
        }
    }

    [Theory]
    [InlineData(Connections, Errors)]
    [InlineData(Errors, Connections)]
    public void Collect_WithAViewThatDropsAnInstrument_StillTakesASnapshotEachTime(string dropped, string left)
    {
        using MeterHarness meter = WithTime(_proc, _time, more: builder => builder.AddView(dropped, MetricStreamConfiguration.Drop));
        for (int collection = 1; collection <= 4; collection++)
        {
            Dictionary<string, ExportedMetric> metrics = meter.Collect();

            metrics.ContainsKey(dropped).ShouldBeFalse();
            metrics[left].Sum.ShouldBe(collection);
            _time.UtcReads.ShouldBe(collection);
        }
    }

    [Fact]
    public async Task Collect_WithTwoReadersAtOnce_GivesEachAWholeSnapshot()
    {
        _time.OnUtcRead = null;
        _proc.WriteHost(inet: 30, inet6: 12);
        using MeterHarness meter = WithTime(_proc, _time, readers: 2);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(reader => Task.Run(() =>
        {
            for (int collection = 0; collection < 300; collection++)
            {
                meter.Collect(reader)[Connections].Sum.ShouldBe(42);
            }
        })));

        _time.UtcReads.ShouldBe(600);
    }
}
