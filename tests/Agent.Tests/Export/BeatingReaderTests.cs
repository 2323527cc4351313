using System.Diagnostics.Metrics;
using Agent.Export;
using Agent.Export.Telemetry;
using Agent.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Tests.Export;

public sealed class BeatingReaderTests : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(0.7);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();
    private readonly GatedExporter _exporter = new();
    private readonly CollectionBeat _beat;
    private readonly BeatingReader _reader;
    private readonly Meter _meter = new(nameof(BeatingReaderTests));
    private readonly MeterProvider _provider;

    public BeatingReaderTests()
    {
        _beat = new CollectionBeat(_time);
        _reader = new BeatingReader(_exporter, Delay, Interval, 30_000, _beat, _time);
        _meter.CreateObservableGauge("g", () => 1);
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddReader(_reader).Build();
    }

    [Fact]
    public async Task Start_CollectsAfterTheDelayThenAtEachInterval()
    {
        _reader.Start();
        _time.Advance(Delay - TimeSpan.FromMilliseconds(1));
        _exporter.Exported.ShouldBe(0);
        _beat.HasBeaten.ShouldBeFalse();

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await Deadline.UntilAsync(() => _beat.HasBeaten);
        _exporter.Exported.ShouldBe(1);
        _exporter.Metrics.ShouldBe(1);

        _time.Advance(Interval);
        await Deadline.UntilAsync(() => _exporter.Exported == 2);
    }

    [Fact]
    public async Task Collect_LongerThanTheInterval_LeavesOutWhatFellDueMeanwhile()
    {
        _reader.Start();
        _exporter.Gate.Reset();
        _time.Advance(Delay);
        await Deadline.UntilAsync(() => _exporter.Exported == 1);

        _time.Advance(Interval);
        _time.Advance(Interval);
        _exporter.Gate.Set();
        await Deadline.UntilAsync(() => _beat.HasBeaten);
        await Task.Delay(200, TestContext.Current.CancellationToken);

        _exporter.Exported.ShouldBe(1);
        _time.Advance(Interval);
        await Deadline.UntilAsync(() => _exporter.Exported == 2);
    }

    [Fact]
    public void Shutdown_BeforeTheDelayIsOver_CollectsOnceAndEndsTheExporter()
    {
        _reader.Start();

        _provider.Shutdown(10_000).ShouldBeTrue();

        _exporter.Exported.ShouldBe(1);
        _exporter.IsShutDown.ShouldBeTrue();
        _time.Advance(Interval);
        _exporter.Exported.ShouldBe(1);
    }

    [Fact]
    public async Task Shutdown_WhileAnExportHangs_GivesUpInTime()
    {
        _reader.Start();
        _exporter.Gate.Reset();
        _time.Advance(Delay);
        await Deadline.UntilAsync(() => _exporter.Exported == 1);

        _provider.Shutdown(50).ShouldBeFalse();

        _exporter.IsShutDown.ShouldBeTrue();
    }

    public void Dispose()
    {
        _exporter.Gate.Set();
        _provider.Dispose();
        _meter.Dispose();
    }

    /// <summary>Exports wait at a gate.</summary>
    private sealed class GatedExporter : BaseExporter<Metric>
    {
        private int _exported;

        public ManualResetEventSlim Gate { get; } = new(initialState: true);

        public int Exported => Volatile.Read(ref _exported);

        public long Metrics { get; private set; }

        public bool IsShutDown { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Metrics = batch.Count;
            Interlocked.Increment(ref _exported);
            Gate.Wait();
            return ExportResult.Success;
        }

        protected override bool OnShutdown(int timeoutMilliseconds) => IsShutDown = true;
    }
}
