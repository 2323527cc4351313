using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class SampleScheduleTests
{
    private static readonly TimeSpan Read = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void IsDue_CheapSample_IsTakenEachTime() => Taken(collections: 100, TimeSpan.FromMilliseconds(5)).ShouldBe(100);

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(60)]
    public void IsDue_DearSample_AddsNoMoreThanAnEighth(int milliseconds)
    {
        const int Collections = 1_000;
        int taken = Taken(Collections, TimeSpan.FromMilliseconds(milliseconds));

        // The first one is taken to learn what it costs.
        double added = (taken - 1) * milliseconds / (Collections * Read.TotalMilliseconds);
        added.ShouldBeInRange(0.8 * SampleSchedule.Share, SampleSchedule.Share);
    }

    [Fact]
    public void IsDue_AfterPortsWereLearned_IsNotJudgedByWhatThatCost()
    {
        var schedule = new SampleSchedule();
        schedule.IsDue(Read).ShouldBeTrue();
        schedule.Learn(TimeSpan.FromSeconds(1), isUsual: false);

        schedule.IsDue(Read).ShouldBeTrue();
        schedule.Learn(TimeSpan.FromMilliseconds(4), isUsual: true);
        schedule.IsDue(Read).ShouldBeTrue();
    }

    private static int Taken(int collections, TimeSpan cost)
    {
        var schedule = new SampleSchedule();
        int taken = 0;
        for (int collection = 0; collection < collections; collection++)
        {
            if (schedule.IsDue(Read))
            {
                schedule.Learn(cost, isUsual: true);
                taken++;
            }
        }

        return taken;
    }
}
