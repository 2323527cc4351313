using Agent.Export.Spool;
using Agent.Export.Transport;

namespace Agent.Export.Pipeline;

/// <summary>The section <c>Export</c>: how hard delivery is tried, and what is kept until it succeeds.</summary>
internal sealed class ExportSettings
{
    public const int MaxRetriesLimit = 100;
    public const double MinTimeoutSeconds = 0.01;
    public const double MaxTimeoutSeconds = 300;
    public const double MinBreakSeconds = 0.5;
    public const double MaxBreakSeconds = 3600;
    public const int MinBreakerThroughput = 2;
    public const int MaxBreakerThroughput = 1000;

    /// <summary>Longest wait for one attempt's answer. The whole export is bounded by <c>OTEL_EXPORTER_OTLP_TIMEOUT</c>.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>File of request headers, one <c>name: value</c> a line, read again when it changes; empty for none.</summary>
    public string HeadersFile { get; set; } = "";

    public RetrySettings Retry { get; } = new();

    public BreakerSettings Breaker { get; } = new();

    public SpoolSettings Spool { get; } = new();
}

/// <summary>The section <c>Export:Retry</c>.</summary>
internal sealed class RetrySettings
{
    /// <summary>Further attempts after the first, 0 to <see cref="ExportSettings.MaxRetriesLimit"/>.</summary>
    public int MaxRetries { get; set; } = 10;

    /// <summary>Greatest wait before the first retry; doubled for each further one. The wait is drawn from 0 to it (full jitter).</summary>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>What the doubling stops at.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait that the collector may ask for (Retry-After, RetryInfo); more is cut to it.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>The section <c>Export:Breaker</c>: when attempts fail again and again, none is made for a while.</summary>
internal sealed class BreakerSettings
{
    /// <summary>Share of failed attempts, over 0 to 1, that opens the breaker.</summary>
    public double FailureRatio { get; set; } = 0.9;

    /// <summary>The least number of attempts in <see cref="SamplingDuration"/> to judge by.</summary>
    public int MinimumThroughput { get; set; } = 5;

    /// <summary>The time over which attempts are judged.</summary>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long no attempt is made; then one tries.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);
}
