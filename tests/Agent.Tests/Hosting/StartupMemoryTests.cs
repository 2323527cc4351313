using Agent.Configuration;
using Agent.Export;
using Agent.Hosting;

namespace Agent.Tests.Hosting;

public sealed class StartupMemoryTests
{
    [Theory]
    [InlineData(100, 20)]
    [InlineData(60_000, 180)]
    public async Task Start_AfterThreeCollections_GivesMemoryBackOnce(int intervalMilliseconds, int seconds)
    {
        var time = new FiringTime();
        var configuration = new AgentConfiguration(
            new AgentSettings(), new TelemetrySettings { ExportIntervalMilliseconds = intervalMilliseconds });
        using var memory = new StartupMemory(configuration, time);

        await memory.StartAsync(CancellationToken.None);
        await memory.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        time.Due.ShouldBe([TimeSpan.FromSeconds(seconds)]);
    }

    /// <summary>Timers fire at once, and tell when they were due.</summary>
    private sealed class FiringTime : TimeProvider
    {
        public List<TimeSpan> Due { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Due.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
