using Agent.Export.Pipeline;

namespace Agent.Tests.Export.Pipeline;

public sealed class ReplayPaceTests
{
    [Fact]
    public void Next_OnAverage_IsTheRate()
    {
        var pace = new ReplayPace(4, TimeSpan.FromMinutes(1), new Random(3));
        double[] seconds = [.. Enumerable.Range(0, 5000).Select(_ => pace.Next().TotalSeconds)];

        seconds.Average().ShouldBe(0.25, 0.005);
        seconds.Min().ShouldBeGreaterThanOrEqualTo(0.125);
        seconds.Max().ShouldBeLessThanOrEqualTo(0.375);
    }

    /// <summary>Of a fleet of 5,000 no second sees more than a fair share begin.</summary>
    [Fact]
    public void First_OfAFleet_IsSpreadOverTenSeconds()
    {
        var pace = new ReplayPace(5, TimeSpan.FromMinutes(1), new Random(3));
        int[] begun = new int[10];
        for (int agent = 0; agent < 5000; agent++)
        {
            begun[(int)pace.First().TotalSeconds]++;
        }

        begun.Max().ShouldBeLessThan(600);
        begun.Min().ShouldBeGreaterThan(400);
    }
}
