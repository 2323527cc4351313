using System.Collections.Immutable;
using Agent.Configuration;
using Agent.Export;
using Agent.Hosting;
using Agent.Tests.Support;

namespace Agent.Tests.Hosting;

public sealed class MemoryReturnTests
{
    [Theory]
    [InlineData(100, 20, 300)]
    [InlineData(60_000, 180, 600)]
    [InlineData(86_400_000, 259_200, 600)]
    public async Task Start_AfterThreeCollections_GivesMemoryBackThenAndNowAndAgain(int intervalMilliseconds, int first, int further)
    {
        var time = new FiringTime();
        var configuration = new AgentConfiguration(
            new AgentSettings(), new TelemetrySettings { ExportIntervalMilliseconds = intervalMilliseconds });
        using var memory = new MemoryReturn(configuration, time);

        await memory.StartAsync(CancellationToken.None);
        await Deadline.UntilAsync(() => time.Due.Length == 2 ? time : null, () => "Only one timer was made.");
        await memory.StopAsync(CancellationToken.None);

        time.Due.ShouldBe([TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(further)]);
    }

    /// <summary>Timers fire at once, and tell when they were due.</summary>
    private sealed class FiringTime : TimeProvider
    {
        private ImmutableArray<TimeSpan> _due = [];

        public ImmutableArray<TimeSpan> Due => _due;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ImmutableInterlocked.Update(ref _due, static (all, one) => all.Add(one), dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
