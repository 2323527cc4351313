using Agent.Export;
using Agent.Export.Transport;
using OpenTelemetry.Metrics;

namespace Agent.Tests.Export;

public sealed class TelemetrySettingsTests
{
    private readonly List<string> _faults = [];

    [Fact]
    public void Read_Nothing_IsUnconfiguredWithTheSpecificationsDefaults()
    {
        TelemetrySettings settings = Read();

        settings.IsUnconfigured.ShouldBeTrue();
        settings.Console.ShouldBeTrue();
        settings.Otlp.ShouldBeNull();
        settings.ExportIntervalMilliseconds.ShouldBe(60_000);
        settings.ExportTimeoutMilliseconds.ShouldBe(30_000);
        settings.Temporality.ShouldBe(MetricReaderTemporalityPreference.Cumulative);
        _faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("otlp", true, false)]
    [InlineData("console", false, true)]
    [InlineData("otlp,console", true, true)]
    [InlineData(" console , otlp ", true, true)]
    [InlineData("none", false, false)]
    public void Read_Exporters_AreThoseNamed(string list, bool otlp, bool console)
    {
        TelemetrySettings settings = Read(("OTEL_METRICS_EXPORTER", list));

        (settings.Otlp is not null).ShouldBe(otlp);
        settings.Console.ShouldBe(console);
        settings.IsUnconfigured.ShouldBeFalse();
        _faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")]
    public void Read_OnlyAnEndpoint_MeansOtlp(string name)
    {
        TelemetrySettings settings = Read((name, "http://c:4318"));

        settings.Otlp.ShouldNotBeNull();
        settings.Console.ShouldBeFalse();
        settings.IsUnconfigured.ShouldBeFalse();
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [InlineData("", false)]
    public void Read_SdkDisabled_IsTaken(string value, bool disabled) =>
        Read(("OTEL_SDK_DISABLED", value)).IsDisabled.ShouldBe(disabled);

    [Fact]
    public void Read_ReaderVariables_AreTaken()
    {
        TelemetrySettings settings = Read(
            ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "1"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "LowMemory"));

        settings.ExportIntervalMilliseconds.ShouldBe(100);
        settings.ExportTimeoutMilliseconds.ShouldBe(1);
        settings.Temporality.ShouldBe(MetricReaderTemporalityPreference.LowMemory);
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void Read_ManyFaults_ListsThemAll()
    {
        Read(
            ("OTEL_METRICS_EXPORTER", "otlp,prometheus"),
            ("OTEL_SDK_DISABLED", "1"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "99"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "soon"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "sum"));

        _faults.ShouldBe(
        [
            "variable OTEL_METRICS_EXPORTER: \"prometheus\" is not allowed; it takes otlp, console, none.",
            "variable OTEL_SDK_DISABLED: \"1\" is not allowed; it takes true, false.",
            "variable OTEL_METRIC_EXPORT_INTERVAL: \"99\" is not allowed; it takes a whole number of milliseconds from 100 to 86400000.",
            "variable OTEL_METRIC_EXPORT_TIMEOUT: \"soon\" is not allowed; it takes a whole number of milliseconds from 1 to 86400000.",
            "variable OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: \"sum\" is not allowed; it takes cumulative, delta, lowmemory.",
        ]);
    }

    private TelemetrySettings Read(params (string Name, string Value)[] variables) => TelemetrySettings.Read(
        new OtelVariables(variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal), _faults));
}
