using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Agent.Export;
using Agent.Export.Telemetry;
using Agent.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Tests.Export;

public sealed class BeatingReaderTests : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly GatedExporter _exporter = new();
    private readonly CollectionBeat _beat;
    private readonly Meter _meter = new(nameof(BeatingReaderTests));
    private MeterProvider? _provider;

    public BeatingReaderTests()
    {
        _beat = new CollectionBeat(_time);
        _meter.CreateObservableGauge("g", () => 1);
    }

    [Fact]
    public async Task Start_CollectsAfterTheDelayThenAtEachInterval()
    {
        BeatingReader reader = Reader(Delay);
        await Task.Delay(2 * Delay, TestContext.Current.CancellationToken);
        _exporter.Exported.ShouldBe(0);
        _beat.HasBeaten.ShouldBeFalse();

        long start = _time.GetTimestamp();
        reader.Start();
        for (int exports = 1; exports <= 3; exports++)
        {
            await Deadline.UntilAsync(() => _exporter.Exported >= exports);
        }

        TimeSpan[] elapsed = ElapsedSince(start);
        for (int beat = 0; beat < 3; beat++)
        {
            elapsed[beat].ShouldBeGreaterThanOrEqualTo(Delay + (beat * Interval));
        }

        _exporter.Metrics.ShouldBe(1);
        await Deadline.UntilAsync(() => _beat.HasBeaten);
    }

    [Fact]
    public async Task Collect_LongerThanTheInterval_LeavesOutWhatFellDueMeanwhile()
    {
        _exporter.Gate.Reset();
        BeatingReader reader = Reader(Delay);
        long start = _time.GetTimestamp();
        reader.Start();
        await Deadline.UntilAsync(() => _time.GetElapsedTime(start) > Delay + (2.2 * Interval));
        _exporter.Exported.ShouldBe(1);

        _exporter.Gate.Set();
        await Deadline.UntilAsync(() => _exporter.Exported >= 3);

        // The rhythm is that of the start: the third and the fourth beat.
        TimeSpan[] elapsed = ElapsedSince(start);
        elapsed[1].ShouldBeGreaterThanOrEqualTo(Delay + (3 * Interval));
        elapsed[2].ShouldBeGreaterThanOrEqualTo(Delay + (4 * Interval));
    }

    [Fact]
    public void Shutdown_BeforeTheDelayIsOver_CollectsOnceAndEndsTheExporter()
    {
        Reader(TimeSpan.FromDays(1)).Start();

        _provider!.Shutdown(10_000).ShouldBeTrue();

        _exporter.Exported.ShouldBe(1);
        _exporter.IsShutDown.ShouldBeTrue();
    }

    [Fact]
    public void Shutdown_BeforeTheStart_CollectsOnceAndEndsTheExporter()
    {
        Reader(TimeSpan.Zero);

        _provider!.Shutdown(10_000).ShouldBeTrue();

        _exporter.Exported.ShouldBe(1);
        _exporter.IsShutDown.ShouldBeTrue();
    }

    [Fact]
    public async Task Shutdown_WhileAnExportHangs_GivesUpInTime()
    {
        _exporter.Gate.Reset();
        Reader(TimeSpan.Zero).Start();
        await Deadline.UntilAsync(() => _exporter.Exported == 1);

        _provider!.Shutdown(50).ShouldBeFalse();

        _exporter.IsShutDown.ShouldBeTrue();
    }

    public void Dispose()
    {
        _exporter.Gate.Set();
        _provider?.Dispose();
        _meter.Dispose();
    }

    private BeatingReader Reader(TimeSpan delay)
    {
        var reader = new BeatingReader(_exporter, delay, Interval, 30_000, _beat, _time);
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddReader(reader).Build();
        return reader;
    }

    private TimeSpan[] ElapsedSince(long start) => [.. _exporter.Times.Select(exported => _time.GetElapsedTime(start, exported))];

    /// <summary>Exports wait at a gate.</summary>
    private sealed class GatedExporter : BaseExporter<Metric>
    {
        public ManualResetEventSlim Gate { get; } = new(initialState: true);

        /// <summary>When each export began, by the clock's timestamp.</summary>
        public ConcurrentQueue<long> Times { get; } = [];

        public int Exported => Times.Count;

        public long Metrics { get; private set; }

        public bool IsShutDown { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Metrics = batch.Count;
            Times.Enqueue(TimeProvider.System.GetTimestamp());
            Gate.Wait();
            return ExportResult.Success;
        }

        protected override bool OnShutdown(int timeoutMilliseconds) => IsShutDown = true;
    }
}
