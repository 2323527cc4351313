using Agent.Export.Transport;

namespace Agent.Export.Pipeline;

/// <summary>How long the parts of a delivery may take.</summary>
/// <param name="Total">All attempts together, with the waits between them.</param>
/// <param name="TotalSetting">The setting that bounds them.</param>
/// <param name="Attempt">One attempt.</param>
/// <param name="AttemptSetting">The setting that bounds it.</param>
/// <param name="Break">How long the circuit breaker stays open.</param>
internal sealed record DeliveryTimes(TimeSpan Total, string TotalSetting, TimeSpan Attempt, string AttemptSetting, TimeSpan Break)
{
    /// <summary>The share of the interval that an export may take, so that it has ended when the next one is due.</summary>
    private const double ShareOfInterval = 0.9;

    /// <summary>The circuit breaker lets one attempt of each interval through.</summary>
    private const double BreakShareOfInterval = 0.75;

    /// <summary>A connection with TLS over some distance takes that long; only intervals of less than 0.6 s are cut short by it.</summary>
    private static readonly TimeSpan LeastTotal = TimeSpan.FromSeconds(0.5);

    public static DeliveryTimes Of(TimeSpan interval, OtlpSettings otlp, ExportSettings export)
    {
        TimeSpan timeout = Greater(TimeSpan.FromMilliseconds(otlp.TimeoutMilliseconds), ExportSettings.TimeoutBounds.Least);
        TimeSpan most = Greater(interval * ShareOfInterval, LeastTotal);
        (TimeSpan total, string setting) = timeout <= most
            ? (timeout, "OTEL_EXPORTER_OTLP_TIMEOUT")
            : (most, "OTEL_METRIC_EXPORT_INTERVAL");
        (TimeSpan attempt, string attemptSetting) = export.AttemptTimeout < total
            ? (export.AttemptTimeout, "Export:AttemptTimeout")
            : (total, setting);
        TimeSpan breaks = Greater(interval * BreakShareOfInterval, ExportSettings.BreakBounds.Least);
        return new DeliveryTimes(
            total, setting, attempt, attemptSetting, export.Breaker.BreakDuration < breaks ? export.Breaker.BreakDuration : breaks);
    }

    private static TimeSpan Greater(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
