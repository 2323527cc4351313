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
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(40)]
    public void IsDue_DearSample_AddsNoMoreThanATenth(int milliseconds)
    {
        const int Collections = 1_000;
        int taken = Taken(Collections, TimeSpan.FromMilliseconds(milliseconds));

        // The first ones are taken to learn what it costs.
        double added = (taken - 2) * milliseconds / (Collections * Read.TotalMilliseconds);
        added.ShouldBeInRange(0.8 * SampleSchedule.Share, SampleSchedule.Share);
    }

    [Fact]
    public void IsDue_OnceDearByAccident_IsTakenAgainSoon()
    {
        var schedule = new SampleSchedule();
        for (int sample = 0; sample < 3; sample++)
        {
            schedule.IsDue(TimeSpan.FromMilliseconds(1)).ShouldBeTrue();
            schedule.Learn(TimeSpan.FromMilliseconds(sample == 2 ? 40 : 1), isUsual: true);
        }

        int readings = 1;
        while (!schedule.IsDue(TimeSpan.FromMilliseconds(1)))
        {
            readings++;
        }

        readings.ShouldBeInRange(2, 25);
        schedule.Learn(TimeSpan.FromMilliseconds(1), isUsual: true);
        schedule.IsDue(TimeSpan.FromMilliseconds(1)).ShouldBeTrue();
    }

    /// <summary>As where the code is compiled then: that is not what the next one costs.</summary>
    [Fact]
    public void IsDue_FirstSampleWasDear_IsTakenTheNextTime()
    {
        var schedule = new SampleSchedule();
        schedule.IsDue(TimeSpan.FromMilliseconds(1)).ShouldBeTrue();
        schedule.Learn(TimeSpan.FromMilliseconds(200), isUsual: true);
        schedule.IsDue(TimeSpan.FromMilliseconds(1)).ShouldBeTrue();
    }

    [Fact]
    public void IsDue_AfterPortsWereLearned_IsNotJudgedByWhatThatCost()
    {
        var schedule = new SampleSchedule();
        schedule.IsDue(Read).ShouldBeTrue();
        schedule.Learn(TimeSpan.FromSeconds(1), isUsual: false);

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
