using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>Where counters begin, and that sums never fall, whatever comes and goes.</summary>
public sealed class CounterSeriesTests
{
    /// <summary><c>tcp.connection.opens</c>.</summary>
    private const int Opens = 0;

    private readonly CounterTotals _totals = new();
    private readonly NamespaceGroups _groups;
    private readonly NamespaceSnapshot _host = SeriesReport.Host();

    /// <summary>Were there before the agent.</summary>
    private readonly NamespaceSnapshot _pod = SeriesReport.Pod("a", 2);
    private readonly NamespaceSnapshot _nested = SeriesReport.Pod("a", 3);

    /// <summary>Begins while the agent watches.</summary>
    private readonly NamespaceSnapshot _newcomer = SeriesReport.Pod("a", 4, isBorn: true);

    public CounterSeriesTests() => _groups = new NamespaceGroups(10, group => new CounterSeries(group, _totals));

    [Fact]
    public void Report_OneThatWasThereBefore_BeginsWith0AndCountsFromThere()
    {
        _groups.Points([_pod.SetOpens(69_459)], Opens).ShouldBe(["a active = 0"]);
        _groups.Points([_pod.SetOpens(69_469)], Opens).ShouldBe(["a active = 10"]);
    }

    [Fact]
    public void Report_OneThatIsBornMeanwhile_CountsAll() =>
        _groups.Points([_newcomer.SetOpens(7)], Opens).ShouldBe(["a active = 7"]);

    [Fact]
    public void Report_TheHost_HasThoseThatWereReadAlsoWhen0()
    {
        _groups.Points([_host.SetOpens(0)], Opens).ShouldBe(["active = 0"], "the kernel did not tell the passive ones");
        _groups.Points([_pod], Opens).ShouldBeEmpty();
    }

    [Fact]
    public void Report_ReadableOnlyLater_TakesItsFirstReadingForTheBaseline()
    {
        _groups.Points([_host], Opens).ShouldBeEmpty();
        _groups.Points([_host.SetOpens(1000)], Opens).ShouldBe(["active = 0"]);
        _groups.Points([_host.SetOpens(1001)], Opens).ShouldBe(["active = 1"]);
    }

    [Fact]
    public void Report_NoLongerReadable_IsAbsentAndGoesOnAfterwards()
    {
        _groups.Points([_pod.SetOpens(5)], Opens).ShouldBe(["a active = 0"]);
        _pod.Counters!.Begin();
        _groups.Points([_pod], Opens).ShouldBeEmpty();
        _groups.Points([_pod.SetOpens(7)], Opens).ShouldBe(["a active = 2"]);
    }

    [Fact]
    public void Report_ACounterThatFell_CountsNothingNegativeAndNoSpike()
    {
        _groups.Points([_newcomer.SetOpens(uint.MaxValue)], Opens).ShouldBe(["a active = 4294967295"]);
        _groups.Points([_newcomer.SetOpens(5)], Opens).ShouldBe(["a active = 4294967295"], "32 bits began again");
        _groups.Points([_newcomer.SetOpens(8)], Opens).ShouldBe(["a active = 4294967298"]);
    }

    [Fact]
    public void Report_OneOfTwoWithEqualAttributesGoesOrFails_TheSumDoesNotFall()
    {
        NamespaceSnapshot born = SeriesReport.Pod("a", 5, isBorn: true);
        _groups.Points([_newcomer.SetOpens(5), born.SetOpens(100)], Opens).ShouldBe(["a active = 105"]);

        born.Counters!.Begin();
        _groups.Points([_newcomer.SetOpens(6), born], Opens).ShouldBe(["a active = 106"]);
        _groups.Points([_newcomer], Opens).ShouldBe(["a active = 106"]);
        _groups.Points([_newcomer.SetOpens(8)], Opens).ShouldBe(["a active = 108"]);
    }

    [Fact]
    public void Report_GoneForAWhile_GoesOnFromThere()
    {
        _groups.Points([_newcomer.SetOpens(50)], Opens);
        _groups.Points([], Opens).ShouldBeEmpty();
        _groups.Points([SeriesReport.Pod("a", 9, isBorn: true).SetOpens(1)], Opens).ShouldBe(["a active = 51"]);
    }

    [Fact]
    public void Report_ItsNumberIsGivenAgainAtOnce_TheSeriesTheSdkKnowsDoesNotFall()
    {
        NamespaceSnapshot first = SeriesReport.Other(4712, 10, isBorn: true);
        NamespaceSnapshot second = SeriesReport.Other(4712, 11, isBorn: true);
        _groups.Points([first.SetOpens(50)], Opens).ShouldBe(["4712 active = 50"]);
        _groups.Points([second.SetOpens(1)], Opens).ShouldBe(["4712 active = 51"]);
    }

    [Fact]
    public void Report_TheMeterWasReplaced_CountsFromWhatWasReported()
    {
        _groups.Points([_newcomer.SetOpens(50), _nested.SetOpens(7)], Opens).ShouldBe(["a active = 50"]);
        _totals.Replaced();

        _groups.Points([_newcomer.SetOpens(53), _nested], Opens).ShouldBe(["a active = 3"]);
        _groups.Points([_newcomer.SetOpens(54), _nested], Opens).ShouldBe(["a active = 4"]);
        _groups.Points([_newcomer], Opens).ShouldBe(["a active = 4"]);
    }

    [Fact]
    public void Report_TheMeterWasReplacedAndOneHasGone_CountsFromThere()
    {
        _groups.Points([_newcomer.SetOpens(50), _nested.SetOpens(7)], Opens);
        _totals.Replaced();

        _groups.Points([_newcomer.SetOpens(53)], Opens).ShouldBe(["a active = 3"]);
    }

    [Fact]
    public void Report_TheMeterWasReplacedWhileThereIsNone_TheNextOneCountsFromItsOwnBeginning()
    {
        _groups.Points([_newcomer.SetOpens(50)], Opens);
        _groups.Points([], Opens);
        _totals.Replaced();

        _groups.Points([SeriesReport.Pod("a", 9, isBorn: true).SetOpens(2)], Opens).ShouldBe(["a active = 2"]);
    }

    /// <summary>Its counters are read later than it is found: nothing of the one before is reported meanwhile, or afterwards.</summary>
    [Fact]
    public void Report_TheMeterWasReplacedBeforeASuccessorWasRead_ReportsNothingTwice()
    {
        NamespaceSnapshot successor = SeriesReport.Pod("a", 9, isBorn: true);
        _groups.Points([_newcomer.SetOpens(50)], Opens);
        _groups.Points([successor], Opens).ShouldBeEmpty();
        _totals.Replaced();

        _groups.Points([successor.SetOpens(2)], Opens).ShouldBe(["a active = 2"]);
    }

    /// <summary>An interval in which a counter could not be read is not lost with the old meter.</summary>
    [Fact]
    public void Report_TheMeterWasReplacedWhileItCouldNotBeRead_CountsWhatHappenedSinceTheLastReport()
    {
        _groups.Points([_newcomer.SetOpens(50)], Opens);
        _newcomer.Counters!.Begin();
        _groups.Points([_newcomer], Opens).ShouldBeEmpty();
        _totals.Replaced();

        _groups.Points([_newcomer.SetOpens(53)], Opens).ShouldBe(["a active = 3"]);
    }
}
