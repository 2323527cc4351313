using Agent.Tcp.Metrics;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>What a program sees that disposes of its meter provider.</summary>
[Collection(MetersCollection.Name)]
public sealed class DisposalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CapturingLogger _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Dispose_BeforeTheFirstInterval_ExportsTheTcpMetrics()
    {
        var exporter = new CollectingExporter();
        Build(exporter, milliseconds: 3_600_000).Dispose();

        exporter.Last.ShouldContainKey(MeterHarness.Connections);
        exporter.Last["tcp.agent.namespaces"].Sum.ShouldBe(1);
    }

    /// <summary>The kernel reuses a descriptor that is closed under a reader: a collection must have ended.</summary>
    [Fact]
    public void Dispose_WhileCollectionsFollowEachOther_EndsEachWholeAndWithoutAnError()
    {
        for (int run = 0; run < 100; run++)
        {
            var exporter = new CollectingExporter();
            MeterProvider provider = Build(exporter, milliseconds: 1);
            Thread.Sleep(run % 8);
            provider.Dispose();

            exporter.Last.ShouldContainKey(MeterHarness.Connections, $"run {run}");
        }

        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Dispose_DuringACollection_WaitsForIt()
    {
        using var proc = new ProcFixture();
        proc.WriteHost(inet: 3, inet6: 0);
        using var reading = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var time = new ManualTime
        {
            OnUtcRead = _ =>
            {
                reading.Set();
                goOn.Wait(Patience).ShouldBeTrue();
            },
        };
        using MeterHarness harness = MeterHarness.Of(MeterHarness.OptionsOf(proc), time, out TcpMetrics metrics);
        Task<Dictionary<string, ExportedMetric>> collection = Task.Run(() => harness.Collect());
        reading.Wait(Patience).ShouldBeTrue();

        Task disposal = Task.Run(metrics.Dispose);
        (await Task.WhenAny(disposal, Task.Delay(100))).ShouldNotBe(disposal);
        goOn.Set();

        await disposal.WaitAsync(Patience);
        (await collection.WaitAsync(Patience)).ShouldNotBeNull();
        harness.Collect().ShouldNotContainKey(MeterHarness.Connections);
        time.UtcReads.ShouldBe(1);
    }

    [Fact]
    public void AddTcpInstrumentation_WhileTheProviderIsBuilt_Collects()
    {
        var exporter = new CollectingExporter();
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.ConfigureOpenTelemetryMeterProvider((_, builder) => builder.AddTcpInstrumentation()))
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build();

        provider.ForceFlush().ShouldBeTrue();
        exporter.Last.ShouldContainKey(MeterHarness.Connections);
    }

    private MeterProvider Build(CollectingExporter exporter, int milliseconds) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton<ILoggerFactory>(_log))
        .AddTcpInstrumentation()
        .AddReader(new PeriodicExportingMetricReader(exporter, milliseconds))
        .Build();
}
