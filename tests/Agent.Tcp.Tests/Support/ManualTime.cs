namespace Agent.Tcp.Tests.Support;

/// <summary>
/// A clock that stands until it is moved, or moves by a step each time it is asked, and tells how often the wall clock
/// was.
/// </summary>
internal sealed class ManualTime(TimeSpan step = default) : TimeProvider
{
    private long _ticks;
    private int _utcReads;

    /// <summary>A snapshot asks for the wall clock once: so many were taken.</summary>
    public int UtcReads => Volatile.Read(ref _utcReads);

    /// <summary>Called with the number of each snapshot before it reads.</summary>
    public Action<int>? OnUtcRead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);

    public override DateTimeOffset GetUtcNow()
    {
        int reads = Interlocked.Increment(ref _utcReads);
        OnUtcRead?.Invoke(reads);
        return DateTimeOffset.UnixEpoch.AddSeconds(reads);
    }
}
