using Agent.Export.Answers;
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

/// <summary>
/// How long to wait before the next attempt: exponential with full jitter, so that the agents of a fleet, whose
/// collector went away for all of them at once, do not come back all at once.
/// </summary>
internal sealed class RetryDelay(RetrySettings settings, Random random)
{
    /// <summary>Draws the wait, after so many retries.</summary>
    public TimeSpan After(Verdict failure, int retries)
    {
        TimeSpan backoff = settings.InitialDelay * Math.Pow(2, Math.Min(retries, 30));
        backoff = (backoff < settings.MaxDelay ? backoff : settings.MaxDelay) * random.NextDouble();

        // Never sooner than the collector asks for, and no two agents at the same moment.
        return failure.Wait is { } wait && wait > TimeSpan.Zero ? Clamp(wait) + backoff : backoff;
    }

    /// <summary>What the collector asks for, cut to what the operator allows.</summary>
    public TimeSpan Clamp(TimeSpan wait) => wait < settings.MaxRetryAfter ? wait : settings.MaxRetryAfter;
}

/// <summary>The collector has asked to be left alone for a while (Retry-After, RetryInfo), for the longest time at most. Thread-safe.</summary>
internal sealed class CollectorPause(TimeSpan longest, TimeProvider time)
{
    private long _until = long.MinValue;

    public bool IsOn => time.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>Begins a pause if the verdict is one that asks for it; an open circuit breaker is our own.</summary>
    public void BeginIfAsked(Verdict verdict)
    {
        if (verdict is { Wait: { } wait, ErrorType: not ErrorTypes.CircuitOpen })
        {
            TimeSpan length = wait < longest ? wait : longest;
            Volatile.Write(ref _until, time.GetTimestamp() + (long)(length.TotalSeconds * time.TimestampFrequency));
        }
    }
}
