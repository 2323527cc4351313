namespace Agent.Configuration;

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

/// <summary>The section <c>Export:Spool</c>: payloads on disk until they are delivered.</summary>
internal sealed class SpoolSettings
{
    public const long MinBytes = 1 << 16;
    public const long MaxBytesLimit = 1L << 40;
    public const double MinAgeSeconds = 1;
    public const double MaxAgeSeconds = 30 * 24 * 3600;
    public const double MinReplayRate = 0.1;
    public const double MaxReplayRate = 1000;

    /// <summary>The directory; empty for no spool.</summary>
    public string Path { get; set; } = "";

    /// <summary>Bytes on disk; beyond them the oldest payloads are dropped.</summary>
    public long MaxBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Older payloads are dropped.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Bytes held in memory while the disk cannot be written; beyond them the oldest are dropped.</summary>
    public long MaxMemoryBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Payloads sent again per second once the collector is back, on average.</summary>
    public double ReplayRate { get; set; } = 5;

    public bool IsOn => Path.Length > 0;
}
