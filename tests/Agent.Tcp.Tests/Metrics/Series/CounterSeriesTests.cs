using Agent.Tcp.Metrics;
using Agent.Tcp.Snapshots;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>Sums of counters never fall, whatever comes and goes.</summary>
public sealed class CounterSeriesTests
{
    /// <summary><c>tcp.connection.opens</c>.</summary>
    private const int Opens = 0;

    private readonly EndedCounters _ended = new();
    private readonly NamespaceGroups _groups;
    private readonly NamespaceSnapshot _host = SeriesReport.Host();
    private readonly NamespaceSnapshot _pod = SeriesReport.Pod("a", 2);
    private readonly NamespaceSnapshot _nested = SeriesReport.Pod("a", 3);

    public CounterSeriesTests() => _groups = new NamespaceGroups(10, group => new CounterSeries(group, _ended));

    [Fact]
    public void Report_TheHost_HasThoseThatWereReadAlsoWhen0()
    {
        Set(_host, 0);
        _groups.Points([_host], Opens).ShouldBe(["active = 0"], "the kernel did not tell the passive ones");
        _groups.Points([_pod], Opens).ShouldBeEmpty();
    }

    [Fact]
    public void Report_NoLongerReadable_IsAbsentAndGoesOnAfterwards()
    {
        Set(_pod, 5);
        _groups.Points([_pod], Opens).ShouldBe(["a active = 5"]);
        _pod.Counters!.Begin();
        _groups.Points([_pod], Opens).ShouldBeEmpty();
        Set(_pod, 7);
        _groups.Points([_pod], Opens).ShouldBe(["a active = 7"]);
    }

    [Fact]
    public void Report_OneOfTwoWithEqualAttributesGoesOrFails_TheSumDoesNotFall()
    {
        Set(_pod, 5);
        Set(_nested, 100);
        _groups.Points([_pod, _nested], Opens).ShouldBe(["a active = 105"]);

        _nested.Counters!.Begin();
        Set(_pod, 6);
        _groups.Points([_pod, _nested], Opens).ShouldBe(["a active = 106"]);

        _groups.Points([_pod], Opens).ShouldBe(["a active = 106"]);
        Set(_pod, 8);
        _groups.Points([_pod], Opens).ShouldBe(["a active = 108"]);
    }

    [Fact]
    public void Report_ReplacedByOneWithEqualAttributes_GoesOnFromThere()
    {
        Set(_pod, 50);
        _groups.Points([_pod], Opens).ShouldBe(["a active = 50"]);
        Set(_nested, 1);
        _groups.Points([_nested], Opens).ShouldBe(["a active = 51"]);
    }

    [Fact]
    public void Report_GoneForAWhile_GoesOnFromThere()
    {
        Set(_pod, 50);
        _groups.Points([_pod], Opens);
        _groups.Points([], Opens).ShouldBeEmpty();
        Set(_nested, 1);
        _groups.Points([_nested], Opens).ShouldBe(["a active = 51"]);
    }

    [Fact]
    public void Report_ItsNumberIsGivenAgainAtOnce_TheSeriesTheSdkKnowsDoesNotFall()
    {
        NamespaceSnapshot first = SeriesReport.Other(4712, 10);
        NamespaceSnapshot second = SeriesReport.Other(4712, 11);
        Set(first, 50);
        Set(second, 1);
        _groups.Points([first], Opens).ShouldBe(["4712 active = 50"]);
        _groups.Points([second], Opens).ShouldBe(["4712 active = 51"]);
    }

    [Fact]
    public void Report_TheMeterWasReplaced_CountsFromThereAndTellsNothingTwice()
    {
        Set(_pod, 50);
        Set(_nested, 7);
        _groups.Points([_pod, _nested], Opens);
        _ended.Replaced();

        Set(_pod, 53);
        _groups.Points([_pod, _nested], Opens).ShouldBe(["a active = 3"]);
        Set(_pod, 54);
        _groups.Points([_pod, _nested], Opens).ShouldBe(["a active = 4"]);
        _groups.Points([_pod], Opens).ShouldBe(["a active = 4"]);
    }

    [Fact]
    public void Report_TheMeterWasReplacedAndOneHasGone_CountsFromThere()
    {
        Set(_pod, 50);
        Set(_nested, 7);
        _groups.Points([_pod, _nested], Opens);
        _ended.Replaced();

        Set(_pod, 53);
        _groups.Points([_pod], Opens).ShouldBe(["a active = 3"]);
    }

    private static void Set(NamespaceSnapshot one, long value)
    {
        one.Counters!.Begin();
        one.Counters.Set(TcpCounter.ActiveOpens, value);
    }
}
