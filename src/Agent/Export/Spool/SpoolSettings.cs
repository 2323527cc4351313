namespace Agent.Export.Spool;

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
