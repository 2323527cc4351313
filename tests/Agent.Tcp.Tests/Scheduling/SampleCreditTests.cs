using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class SampleCreditTests
{
    private static readonly ManualTime Time = new();
    private static readonly TimeSpan Read = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void Earn_LargeTable_IsATenthOfEachReading()
    {
        var credit = Warm();
        for (int reading = 0; reading < 100; reading++)
        {
            credit.Earn(Read).ShouldBeTrue();
            credit.Left.ShouldBe(Read * SampleCredit.Share);
            credit.Spend(credit.Left, Time);
        }
    }

    [Fact]
    public void Earn_SmallTable_IsTheLeastAndIsNotSaved()
    {
        var credit = Warm();
        for (int reading = 0; reading < 10; reading++)
        {
            credit.Earn(TimeSpan.FromMilliseconds(0.2)).ShouldBeTrue();
            credit.Left.ShouldBe(SampleCredit.AtLeast);
        }
    }

    /// <summary>As of a small namespace in the node's hash, of which any sample costs a walk.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(40)]
    public void Earn_AnySampleIsDear_AddsATenth(int milliseconds)
    {
        const int Readings = 1_000;
        var credit = Warm();
        int taken = 0;
        for (int reading = 0; reading < Readings; reading++)
        {
            if (credit.Earn(Read))
            {
                credit.Spend(TimeSpan.FromMilliseconds(milliseconds), Time);
                taken++;
            }
        }

        double added = taken * milliseconds / (Readings * Read.TotalMilliseconds);
        added.ShouldBeInRange(0.9 * SampleCredit.Share, 1.05 * SampleCredit.Share);
    }

    [Fact]
    public void Earn_OnceDearByAccident_IsForgottenSoon()
    {
        var credit = Warm();
        credit.Earn(Read).ShouldBeTrue();
        credit.Spend(TimeSpan.FromMinutes(1), Time);
        int readings = 1;
        while (!credit.Earn(Read))
        {
            readings++;
        }

        readings.ShouldBe(SampleCredit.MostMissed);
    }

    /// <summary>As where the code is compiled then: that is not what the next one costs.</summary>
    [Fact]
    public void Earn_FirstSampleWasDear_IsTakenTheNextTime()
    {
        var credit = new SampleCredit();
        credit.Earn(Read).ShouldBeTrue();
        credit.Spend(TimeSpan.FromMilliseconds(200), Time);
        credit.Earn(Read).ShouldBeTrue();
    }

    /// <summary>A datagram of one collection cost half as much again: the next one is not left out for it.</summary>
    [Fact]
    public void Earn_LittleTooMuchWasSpent_IsStillSampled()
    {
        var credit = Warm();
        credit.Earn(Read).ShouldBeTrue();
        credit.Spend(credit.Left * 2.5, Time);
        credit.Earn(Read).ShouldBeTrue();
        credit.Left.ShouldBeLessThan(TimeSpan.Zero);
        credit.Spend(TimeSpan.FromMilliseconds(0.5), Time);
        credit.Earn(Read).ShouldBeTrue();
        credit.Left.ShouldBe(TimeSpan.FromMilliseconds(0.5));
    }

    [Fact]
    public void IsOverdue_NotSampledForFiveMinutes_IsToBe()
    {
        var time = new ManualTime();
        var credit = new SampleCredit();
        credit.IsOverdue(time).ShouldBeTrue();
        credit.Spend(TimeSpan.Zero, time);
        time.Advance(SampleCredit.Patience - TimeSpan.FromSeconds(1));
        credit.IsOverdue(time).ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        credit.IsOverdue(time).ShouldBeTrue();
    }

    private static SampleCredit Warm()
    {
        var credit = new SampleCredit();
        credit.Spend(TimeSpan.FromMilliseconds(1), Time);
        return credit;
    }
}
