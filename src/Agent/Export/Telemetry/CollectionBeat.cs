namespace Agent.Export.Telemetry;

/// <summary>When metrics were last collected, for those who ask whether the agent lives. Thread-safe.</summary>
internal sealed class CollectionBeat(TimeProvider time)
{
    private const long Never = long.MinValue;

    private readonly long _started = time.GetTimestamp();
    private long _last = Never;

    public bool HasBeaten => Volatile.Read(ref _last) != Never;

    /// <summary>Time since the last collection; since the start, when there was none.</summary>
    public TimeSpan Age => time.GetElapsedTime(Volatile.Read(ref _last) is var last && last != Never ? last : _started);

    /// <summary>A collection has just ended.</summary>
    public void Beat() => Volatile.Write(ref _last, time.GetTimestamp());
}
