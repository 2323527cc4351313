using Agent.Export.Pipeline;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Pipeline;

public sealed class RepeatLimitTests
{
    private readonly ManualTime _time = new();
    private readonly RepeatLimit _limit;

    public RepeatLimitTests() => _limit = new RepeatLimit(TimeSpan.FromMinutes(10), _time);

    [Fact]
    public void IsDue_Repeats_AreLetThroughOncePerIntervalWithTheirNumber()
    {
        _limit.IsDue("503", out Repeats first).ShouldBeTrue();
        first.ToString().ShouldBe("");
        for (int minute = 1; minute < 10; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            _limit.IsDue("503", out _).ShouldBeFalse();
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        _limit.IsDue("503", out Repeats repeats).ShouldBeTrue();
        repeats.ToString().ShouldBe(" (10 times in 10 minutes)");
        _limit.IsDue("503", out _).ShouldBeFalse();
    }

    [Fact]
    public void IsDue_AnotherKind_IsLetThroughAtOnce()
    {
        _limit.IsDue("400", out _).ShouldBeTrue();
        _limit.IsDue("401", out _).ShouldBeTrue();
        _limit.IsDue("400", out _).ShouldBeFalse();
    }

    /// <summary>Nothing was held back since: it reads as a new one.</summary>
    [Fact]
    public void IsDue_OnceMoreAfterLong_HasNoCount()
    {
        _limit.IsDue("503", out _);
        _time.Advance(TimeSpan.FromHours(3));

        _limit.IsDue("503", out Repeats repeats).ShouldBeTrue();
        repeats.ToString().ShouldBe("");
    }

    /// <summary>A clock that is set neither silences the log nor fills it.</summary>
    [Theory]
    [InlineData(-3650)]
    [InlineData(3650)]
    public void IsDue_TheClockSteps_ChangesNothing(int days)
    {
        _limit.IsDue("503", out _);
        _time.Step(TimeSpan.FromDays(days));
        _limit.IsDue("503", out _).ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(10));
        _limit.IsDue("503", out _).ShouldBeTrue();
    }
}
