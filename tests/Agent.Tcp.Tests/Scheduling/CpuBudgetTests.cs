using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class CpuBudgetTests
{
    private const double Share = 0.02;

    /// <summary>What may be spent ahead at the start, and what a quiet time may save up.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10) * Share;
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5) * Share;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly FiringTime _time = new();
    private readonly CpuBudget _budget;

    public CpuBudgetTests() => _budget = new CpuBudget(Share, _time);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void HasLeft_OverHours_KeepsTheAverageWhateverReadingsCost(int seed)
    {
        var random = new Random(seed);
        TimeSpan spent = TimeSpan.Zero;
        TimeSpan dearest = TimeSpan.Zero;
        TimeSpan elapsed = TimeSpan.Zero;
        for (int collection = 0; collection < 6 * 3600 / 10; collection++)
        {
            _time.Advance(Interval);
            elapsed += Interval;
            _budget.Fill();
            while (_budget.HasLeft)
            {
                // From microseconds to seconds.
                TimeSpan cost = TimeSpan.FromSeconds(Math.Pow(10, (random.NextDouble() * 5) - 5));
                _budget.Spend(cost);
                spent += cost;
                dearest = cost > dearest ? cost : dearest;
            }

            spent.ShouldBeLessThanOrEqualTo((elapsed * Share) + dearest, "what was spent ahead has been paid back");
        }

        spent.ShouldBeGreaterThanOrEqualTo(elapsed * Share, "what is allowed is used when there is work");
    }

    [Fact]
    public void HasLeft_Overdrawn_FirstRepaysTheDebt()
    {
        _budget.Spend(Ahead + TimeSpan.FromSeconds(1));

        // What was spent ahead takes 10 s; 1 s at 0.02 fills up in 50 s.
        AdvanceAndFill(TimeSpan.FromSeconds(60));
        _budget.HasLeft.ShouldBeFalse();
        AdvanceAndFill(TimeSpan.FromSeconds(0.1));
        _budget.HasLeft.ShouldBeTrue();
    }

    [Fact]
    public void HasLeft_OneThatCostsMoreThanThereEverIs_StillComesToItsTurn()
    {
        TimeSpan cost = 3 * Most;
        int read = 0;
        for (int collection = 0; collection < 2 * 3600 / 10; collection++)
        {
            AdvanceAndFill(Interval);
            if (_budget.HasLeft)
            {
                _budget.Spend(cost);
                read++;
            }
        }

        // Each is repaid in 15 minutes.
        read.ShouldBeInRange(8, 9);
    }

    [Fact]
    public void Fill_AfterAQuietDay_AllowsNoLongerBurst()
    {
        AdvanceAndFill(TimeSpan.FromDays(1));
        _budget.Spend(Most - TimeSpan.FromTicks(1));
        _budget.HasLeft.ShouldBeTrue();
        _budget.Spend(TimeSpan.FromTicks(1));

        _budget.HasLeft.ShouldBeFalse();
    }

    [Fact]
    public void Fill_ManyTimesWithinAnInstant_AddsNothing()
    {
        _budget.Spend(Ahead);
        for (int fill = 0; fill < 100; fill++)
        {
            _budget.Fill();
        }

        _budget.HasLeft.ShouldBeFalse();
    }

    [Fact]
    public void SpendAnyway_ForDays_LeavesNoDebt()
    {
        for (int collection = 0; collection < 10_000; collection++)
        {
            AdvanceAndFill(Interval);
            _budget.SpendAnyway(TimeSpan.FromSeconds(1));
            _budget.HasLeft.ShouldBeFalse();
        }

        AdvanceAndFill(Interval);
        _budget.HasLeft.ShouldBeTrue("the load has passed");
    }

    [Fact]
    public void SpendAnyway_WithinTheBudget_IsPaidFromIt()
    {
        _budget.SpendAnyway(Ahead / 2);
        _budget.Spend(Ahead / 2);

        _budget.HasLeft.ShouldBeFalse();
    }

    [Fact]
    public void SpendAnyway_InDebt_TakesWhatIsEarnedAndAddsNoDebt()
    {
        _budget.Spend(Ahead + TimeSpan.FromSeconds(1));
        AdvanceAndFill(TimeSpan.FromSeconds(49));
        _budget.SpendAnyway(TimeSpan.FromHours(1));

        AdvanceAndFill(TimeSpan.FromSeconds(50));
        _budget.HasLeft.ShouldBeFalse();
        AdvanceAndFill(TimeSpan.FromSeconds(0.1));
        _budget.HasLeft.ShouldBeTrue();
    }

    /// <summary>What must be done and what is done by choice stay within the budget together, as long as the first alone does.</summary>
    [Fact]
    public void SpendAnyway_BesideReadingsByChoice_TheAverageIsKept()
    {
        const int Collections = 10_000;
        TimeSpan must = Interval * Share / 3;
        TimeSpan reading = Interval * Share * 2.5;
        TimeSpan spent = TimeSpan.Zero;
        for (int collection = 0; collection < Collections; collection++)
        {
            AdvanceAndFill(Interval);
            _budget.SpendAnyway(must);
            spent += must;
            if (_budget.HasLeft)
            {
                _budget.Spend(reading);
                spent += reading;
            }
        }

        spent.ShouldBeLessThanOrEqualTo((Collections * Interval * Share) + Ahead + reading);
        spent.ShouldBeGreaterThanOrEqualTo(Collections * Interval * Share * 0.99);
    }

    [Fact]
    public void HasLeft_AShareOf1_NeverRunsOut()
    {
        var unbounded = new CpuBudget(1, _time);
        unbounded.Spend(TimeSpan.FromDays(1));

        unbounded.HasLeft.ShouldBeTrue();
    }

    private void AdvanceAndFill(TimeSpan by)
    {
        _time.Advance(by);
        _budget.Fill();
    }
}
