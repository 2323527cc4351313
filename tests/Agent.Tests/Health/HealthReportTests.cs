using Agent.Configuration;
using Agent.Export.Telemetry;
using Agent.Health;
using Agent.Tests.Support;

namespace Agent.Tests.Health;

public sealed class HealthReportTests
{
    private readonly ManualTime _clock = new();
    private readonly ExportStatus _exports = new();
    private readonly CollectionBeat _beat;

    public HealthReportTests() => _beat = new CollectionBeat(_clock);

    [Fact]
    public void Live_BeforeTheFirstCollection_IsGoodForTheLimitAndTheStart()
    {
        HealthReport report = Report(interval: 60);
        _clock.Advance(TimeSpan.FromSeconds(223));
        report.Live().ShouldBe(new HealthAnswer(200, "no collection yet, 223 s after the start"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        report.Live().ShouldBe(new HealthAnswer(503, "no collection for 224 s; the limit is 223 s"));
    }

    /// <summary>Three intervals, a collection of 4 s, two tables by procfs of 4 s each, an export of 1 s.</summary>
    [Fact]
    public void Live_CollectionsStopped_IsBadAfterThreeIntervalsACollectionAndAnExport()
    {
        HealthReport report = Report(interval: 10);
        _clock.Advance(TimeSpan.FromSeconds(1000));
        _beat.Beat();
        _clock.Advance(TimeSpan.FromSeconds(43));
        report.Live().ShouldBe(new HealthAnswer(200, "collected 43 s ago"));

        _clock.Advance(TimeSpan.FromSeconds(0.5));
        report.Live().ShouldBe(new HealthAnswer(503, "no collection for 43.5 s; the limit is 43 s"));

        _beat.Beat();
        report.Live().Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(20, 4, 4)]
    [InlineData(1, 60, 4)]
    [InlineData(1, 4, 60)]
    [InlineData(20, 60, 60)]
    public void Live_IntervalIsShortAndTheRestTakesLong_IsGoodMeanwhile(int exportSeconds, int collectionSeconds, int readSeconds)
    {
        HealthReport report = Report(interval: 1, exportSeconds, collectionSeconds: collectionSeconds, readSeconds: readSeconds);
        _beat.Beat();
        _clock.Advance(TimeSpan.FromSeconds(3 + exportSeconds + collectionSeconds + (2 * readSeconds)));
        report.Live().Status.ShouldBe(200);

        _clock.Advance(TimeSpan.FromSeconds(1));
        report.Live().Status.ShouldBe(503);
    }

    [Theory]
    [InlineData("none", "false", "OTEL_METRICS_EXPORTER is none")]
    [InlineData("otlp", "true", "OTEL_SDK_DISABLED is true")]
    public void LiveAndReady_NothingIsCollected_AreGoodAndSaySo(string exporter, string disabled, string reason)
    {
        HealthReport report = Report(interval: 1, exporter: exporter, disabled: disabled);
        _clock.Advance(TimeSpan.FromSeconds(1000));

        report.Live().ShouldBe(new HealthAnswer(200, $"alive; nothing is collected, because {reason}"));
        report.Ready().ShouldBe(new HealthAnswer(200, $"ready; nothing is collected, because {reason}"));
    }

    [Fact]
    public void Ready_BeforeTheFirstCollection_IsBad()
    {
        HealthReport report = Report(interval: 60);
        _clock.Advance(TimeSpan.FromSeconds(5));

        report.Ready().ShouldBe(new HealthAnswer(503, "not ready: no collection yet, 5 s after the start"));
    }

    [Theory]
    [InlineData((int)ExportOutcome.KeptInMemory, "the collector cannot be reached or does not accept them; they are kept in memory, because the spool cannot be used")]
    [InlineData((int)ExportOutcome.Kept, "the collector cannot be reached or does not accept them; they are kept in the spool")]
    [InlineData((int)ExportOutcome.Dropped, "the collector cannot be reached or does not accept them; they are dropped")]
    [InlineData((int)ExportOutcome.Refused, "the collector refuses them")]
    public void Ready_ExportsFail_IsGoodAndSaysSo(int outcome, string reason)
    {
        HealthReport report = Report(interval: 60);
        _beat.Beat();
        _exports.Fail((ExportOutcome)outcome);
        report.Ready().ShouldBe(new HealthAnswer(200, "ready; collected 0 s ago; exports fail: " + reason));

        _exports.Succeed();
        report.Ready().ShouldBe(new HealthAnswer(200, "ready; collected 0 s ago"));
    }

    [Fact]
    public void Ready_TheSpoolCannotBeUsed_IsGoodAndSaysSoAlsoWhileExportsArrive()
    {
        HealthReport report = Report(interval: 60);
        _beat.Beat();
        _exports.Succeed();
        _exports.SpoolFault = "No space left on device";
        report.Ready().ShouldBe(new HealthAnswer(
            200, "ready; collected 0 s ago; the spool cannot be used, exports are kept in memory only: No space left on device"));

        _exports.SpoolFault = null;
        report.Ready().ShouldBe(new HealthAnswer(200, "ready; collected 0 s ago"));
    }

    private HealthReport Report(
        int interval, int exportSeconds = 1, string exporter = "otlp", int collectionSeconds = 4, int readSeconds = 4,
        string disabled = "false")
    {
        AgentConfiguration configuration = AgentConfiguration.Load(null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_METRICS_EXPORTER"] = exporter,
            ["OTEL_SDK_DISABLED"] = disabled,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = $"{interval}000",
            ["OTEL_EXPORTER_OTLP_TIMEOUT"] = $"{exportSeconds}000",
            ["Tcp__CollectionTimeout"] = $"{collectionSeconds}",
            ["Tcp__ReadTimeout"] = $"{readSeconds}",
        });
        return new HealthReport(configuration.Telemetry, configuration.Settings.Tcp, _beat, _exports);
    }
}
