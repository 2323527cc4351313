namespace Agent.Export.Pipeline;

/// <summary>The collector has asked to be left alone for a while (Retry-After, RetryInfo). Thread-safe.</summary>
internal sealed class CollectorPause(TimeProvider time)
{
    private long _until = long.MinValue;

    public bool IsOn => time.GetTimestamp() < Volatile.Read(ref _until);

    public void Begin(TimeSpan length) =>
        Volatile.Write(ref _until, time.GetTimestamp() + (long)(length.TotalSeconds * time.TimestampFrequency));
}
