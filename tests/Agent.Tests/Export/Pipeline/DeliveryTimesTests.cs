using Agent.Export.Pipeline;
using Agent.Export.Transport;

namespace Agent.Tests.Export.Pipeline;

public sealed class DeliveryTimesTests
{
    [Theory]
    [InlineData(60_000, 10_000, 5.0, 10.0, "OTEL_EXPORTER_OTLP_TIMEOUT", 5.0, "Export:AttemptTimeout")]
    [InlineData(60_000, 3_000, 5.0, 3.0, "OTEL_EXPORTER_OTLP_TIMEOUT", 3.0, "OTEL_EXPORTER_OTLP_TIMEOUT")]
    [InlineData(5_000, 10_000, 5.0, 4.5, "OTEL_METRIC_EXPORT_INTERVAL", 4.5, "OTEL_METRIC_EXPORT_INTERVAL")]
    [InlineData(5_000, 60_000, 1.0, 4.5, "OTEL_METRIC_EXPORT_INTERVAL", 1.0, "Export:AttemptTimeout")]
    [InlineData(100, 10_000, 5.0, 0.5, "OTEL_METRIC_EXPORT_INTERVAL", 0.5, "OTEL_METRIC_EXPORT_INTERVAL")]
    [InlineData(60_000, 1, 5.0, 0.01, "OTEL_EXPORTER_OTLP_TIMEOUT", 0.01, "OTEL_EXPORTER_OTLP_TIMEOUT")]
    public void Of_Settings_EndsBeforeTheNextCollection(
        int interval, int timeout, double attemptTimeout, double total, string totalSetting, double attempt, string attemptSetting)
    {
        DeliveryTimes times = Of(interval, timeout, attemptTimeout);

        times.Total.TotalSeconds.ShouldBe(total);
        times.TotalSetting.ShouldBe(totalSetting);
        times.Attempt.TotalSeconds.ShouldBe(attempt);
        times.AttemptSetting.ShouldBe(attemptSetting);
    }

    [Theory]
    [InlineData(60_000, 15.0)]
    [InlineData(10_000, 7.5)]
    [InlineData(100, 0.5)]
    public void Of_TheBreak_LetsEachCollectionTryOnce(int interval, double expected) =>
        Of(interval, 10_000, 5).Break.TotalSeconds.ShouldBe(expected);

    private static DeliveryTimes Of(int interval, int timeout, double attemptTimeout) => DeliveryTimes.Of(
        TimeSpan.FromMilliseconds(interval),
        new OtlpSettings { Endpoint = new Uri("http://c:1"), Protocol = OpenTelemetry.Exporter.OtlpExportProtocol.Grpc, TimeoutMilliseconds = timeout },
        new ExportSettings { AttemptTimeout = TimeSpan.FromSeconds(attemptTimeout) });
}
