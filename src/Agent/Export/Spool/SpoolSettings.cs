namespace Agent.Export.Spool;

/// <summary>The section <c>Export:Spool</c>: payloads on disk until they are delivered.</summary>
internal sealed class SpoolSettings
{
    public static readonly Bounds<long> BytesBounds = new(1 << 16, 1L << 40);
    public static readonly Bounds<TimeSpan> AgeBounds = new(TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
    public static readonly Bounds<double> ReplayRateBounds = new(0.1, 1000);

    public string Path { get; set; } = "";

    public long MaxBytes { get; set; } = 256 * 1024 * 1024;

    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(3);

    public long MaxMemoryBytes { get; set; } = 8 * 1024 * 1024;

    public double ReplayRate { get; set; } = 5;

    public bool IsOn => Path.Length > 0;
}
