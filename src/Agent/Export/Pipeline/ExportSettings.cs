using Agent.Export.Spool;

namespace Agent.Export.Pipeline;

/// <summary>The section <c>Export</c>: how hard delivery is tried, and what is kept until it succeeds. <c>SettingSchema</c> says what each does.</summary>
internal sealed class ExportSettings
{
    public static readonly Bounds<TimeSpan> TimeoutBounds = new(TimeSpan.FromSeconds(0.01), TimeSpan.FromSeconds(300));
    public static readonly Bounds<TimeSpan> BreakBounds = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromHours(1));
    public static readonly Bounds<int> RetriesBounds = new(0, 100);
    public static readonly Bounds<double> FailureRatioBounds = new(0.01, 1);
    public static readonly Bounds<int> ThroughputBounds = new(2, 1000);

    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public string HeadersFile { get; set; } = "";

    public RetrySettings Retry { get; } = new();

    public BreakerSettings Breaker { get; } = new();

    public SpoolSettings Spool { get; } = new();
}

/// <summary>The section <c>Export:Retry</c>.</summary>
internal sealed class RetrySettings
{
    public int MaxRetries { get; set; } = 10;

    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>The section <c>Export:Breaker</c>: when attempts fail again and again, none is made for a while.</summary>
internal sealed class BreakerSettings
{
    public double FailureRatio { get; set; } = 0.9;

    public int MinimumThroughput { get; set; } = 5;

    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromMinutes(2);

    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);
}
