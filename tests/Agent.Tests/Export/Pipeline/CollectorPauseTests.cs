using Agent.Export.Answers;
using Agent.Export.Pipeline;
using Agent.Tests.Support;

namespace Agent.Tests.Export.Pipeline;

public sealed class CollectorPauseTests
{
    private readonly ManualTime _time = new();
    private readonly CollectorPause _pause;

    public CollectorPauseTests() => _pause = new CollectorPause(TimeSpan.FromSeconds(20), _time);

    [Theory]
    [InlineData(5, 5)]
    [InlineData(3600, 20)]
    public void BeginIfAsked_AWait_LastsThatLongAtMostTheLongest(int asked, int expected)
    {
        _pause.IsOn.ShouldBeFalse();
        _pause.BeginIfAsked(Verdict.Transient("503", "busy") with { Wait = TimeSpan.FromSeconds(asked) });

        _time.Advance(TimeSpan.FromSeconds(expected - 0.1));
        _pause.IsOn.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        _pause.IsOn.ShouldBeFalse();
    }

    [Fact]
    public void BeginIfAsked_NobodyAsked_IsNone()
    {
        _pause.BeginIfAsked(Verdict.Transient("503", "busy"));
        _pause.BeginIfAsked(Verdict.Transient("circuit_open", "breaker") with { Wait = TimeSpan.FromSeconds(15) });

        _pause.IsOn.ShouldBeFalse();
    }
}
