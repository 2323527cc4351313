using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Support;

/// <summary>
/// The one clock of these tests: it stands until it is advanced, and its timers fire then. Other than <see cref="FakeTimeProvider"/>,
/// whose timestamps are its date and cannot go back, its wall clock can be set while the elapsed time stays.
/// </summary>
internal sealed class ManualTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private long _stepped;

    /// <summary>Sets the wall clock forward or back; the time that has elapsed stays.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _stepped, by.Ticks);

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _stepped));
}
