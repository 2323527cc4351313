using Agent.Export.Transport;

namespace Agent.Export;

/// <summary>What OpenTelemetry's variables say about exporting metrics.</summary>
internal sealed record TelemetrySettings
{
    /// <summary>Turns on retries in the SDK's exporter, around those of the agent; it throws on values that it does not know.</summary>
    public const string SdkRetryVariable = "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY";

    private const string ExporterVariable = "OTEL_METRICS_EXPORTER";
    private const int DefaultIntervalMilliseconds = 60_000;
    private const int DefaultTimeoutMilliseconds = 30_000;

    /// <summary>The shortest interval: below it, reading would be most of what the agent does.</summary>
    private const int LeastIntervalMilliseconds = 100;

    /// <summary>Where and how OTLP goes; null when it goes nowhere.</summary>
    public OtlpSettings? Otlp { get; init; }

    /// <summary>Print each collection to standard output.</summary>
    public bool Console { get; init; }

    /// <summary>No exporter is configured; the console stands in.</summary>
    public bool IsUnconfigured { get; init; }

    /// <summary>The SDK collects nothing, whatever else is set.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Why nothing is collected; null when something is.</summary>
    public string? IdleReason => this switch
    {
        { IsDisabled: true } => "OTEL_SDK_DISABLED is true",
        { Otlp: null, Console: false } => "OTEL_METRICS_EXPORTER is none",
        _ => null,
    };

    /// <summary>The variable <see cref="SdkRetryVariable"/> is set, and ignored.</summary>
    public bool IsSdkRetryIgnored { get; init; }

    public int ExportIntervalMilliseconds { get; init; } = DefaultIntervalMilliseconds;

    public int ExportTimeoutMilliseconds { get; init; } = DefaultTimeoutMilliseconds;

    public MetricReaderTemporalityPreference Temporality { get; init; } = MetricReaderTemporalityPreference.Cumulative;

    public static TelemetrySettings Read(OtelVariables variables)
    {
        string? exporters = variables.Text(ExporterVariable);
        bool unconfigured = exporters is null && variables.Exporter("ENDPOINT").Value is null;
        (bool otlp, bool console) = exporters is null ? (!unconfigured, unconfigured) : Exporters(exporters, variables);
        bool disabled = variables.Choice(variables.Of("OTEL_SDK_DISABLED"), false, ("true", true), ("false", false));
        return new TelemetrySettings
        {
            IsDisabled = disabled,
            Otlp = otlp ? OtlpSettings.Read(variables) : null,
            Console = console,
            IsUnconfigured = unconfigured,
            IsSdkRetryIgnored = variables.Text(SdkRetryVariable) is not null,
            ExportIntervalMilliseconds = variables.Milliseconds(
                variables.Of("OTEL_METRIC_EXPORT_INTERVAL"), DefaultIntervalMilliseconds, LeastIntervalMilliseconds),
            ExportTimeoutMilliseconds = variables.Milliseconds(variables.Of("OTEL_METRIC_EXPORT_TIMEOUT"), DefaultTimeoutMilliseconds, 1),
            Temporality = variables.Choice(
                variables.Exporter("TEMPORALITY_PREFERENCE"),
                MetricReaderTemporalityPreference.Cumulative,
                ("cumulative", MetricReaderTemporalityPreference.Cumulative),
                ("delta", MetricReaderTemporalityPreference.Delta),
                ("lowmemory", MetricReaderTemporalityPreference.LowMemory)),
        };
    }

    private static (bool Otlp, bool Console) Exporters(string list, OtelVariables variables)
    {
        bool otlp = false, console = false;
        foreach (string name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int choice = variables.Choice(new OtelVariable(ExporterVariable, name), 0, ("otlp", 1), ("console", 2), ("none", 0));
            otlp |= choice == 1;
            console |= choice == 2;
        }

        return (otlp, console);
    }
}
