using Agent.Export.Answers;
using Agent.Export.Pipeline;

namespace Agent.Tests.Export.Pipeline;

public sealed class RetryDelayTests
{
    private static readonly Verdict Failure = Verdict.Transient("503", "busy");

    private readonly RetryDelay _delay = new(
        new RetrySettings { InitialDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(6), MaxRetryAfter = TimeSpan.FromSeconds(20) },
        new Random(7));

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, 2.0)]
    [InlineData(2, 4.0)]
    [InlineData(3, 6.0)]
    [InlineData(99, 6.0)]
    public void After_RetriesSoFar_IsDrawnFromNothingToTheDoubled(int retries, double most)
    {
        double[] seconds = [.. Enumerable.Range(0, 2000).Select(_ => _delay.After(Failure, retries).TotalSeconds)];

        seconds.Max().ShouldBeInRange(most * 0.99, most);
        seconds.Min().ShouldBeInRange(0, most * 0.01);
        seconds.Average().ShouldBe(most / 2, most * 0.05);
    }

    [Theory]
    [InlineData(5.0, 5.0)]
    [InlineData(3600.0, 20.0)]
    public void After_TheCollectorAsksToWait_IsNeverSoonerAndClamped(double asked, double least)
    {
        Verdict failure = Failure with { Wait = TimeSpan.FromSeconds(asked) };
        for (int draw = 0; draw < 100; draw++)
        {
            _delay.After(failure, 0).TotalSeconds.ShouldBeInRange(least, least + 1);
        }
    }

    [Fact]
    public void After_AWaitOfNothing_BacksOffAllTheSame() => Enumerable.Range(0, 100)
        .Select(_ => _delay.After(Failure with { Wait = TimeSpan.Zero }, 0)).Max().ShouldBeGreaterThan(TimeSpan.FromSeconds(0.5));
}
