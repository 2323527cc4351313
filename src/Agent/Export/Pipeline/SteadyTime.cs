namespace Agent.Export.Pipeline;

/// <summary>
/// A clock whose date runs on the monotonic timestamps of another one, from its date at the start: for Polly's circuit breaker, which
/// decides by the date how long it stays open. A wall clock that steps back would hold it open for the size of the step.
/// </summary>
internal sealed class SteadyTime(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset _startDate = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _startDate + time.GetElapsedTime(_start);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
