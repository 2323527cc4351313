namespace Agent.Tests.Support;

/// <summary>A clock that stands until it is moved. Timers do not fire.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks;
    private long _stepped;

    public DateTimeOffset Start { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    /// <summary>Sets the wall clock forward or back; the time that has elapsed stays.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _stepped, by.Ticks);

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Volatile.Read(ref _ticks) + Volatile.Read(ref _stepped));
}
