using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>What is counted is counted in one series, whichever group a namespace moves to.</summary>
public sealed class MovingCounterTests
{
    private const int Opens = 0;

    private readonly NamespaceSnapshot _a = SeriesReport.Pod("a", 2, isBorn: true);
    private readonly NamespaceSnapshot _b = SeriesReport.Pod("b", 3, isBorn: true);
    private readonly NamespaceSnapshot _c = SeriesReport.Pod("c", 4, isBorn: true);
    private readonly CounterTotals _totals = new();
    private readonly NamespaceGroups _groups;

    public MovingCounterTests() => _groups = new NamespaceGroups(1, group => new CounterSeries(group, _totals));

    [Fact]
    public void Report_OneGetsASeriesOfItsOwn_IsCountedOnce()
    {
        _groups.Points([_a.SetOpens(0), _b.SetOpens(500), _c.SetOpens(100)], Opens).ShouldBe(["other active = 600"]);

        _groups.Points([_b.SetOpens(501), _c], Opens).ShouldBe(["b active = 1", "other active = 600"]);
    }

    [Fact]
    public void Report_TheLastBeyondTheLimitGetsOneToo_WhatItCountedThereStays()
    {
        _groups.Points([_a.SetOpens(0), _b.SetOpens(500)], Opens).ShouldBe(["other active = 500"]);

        _groups.Points([_b.SetOpens(501)], Opens).ShouldBe(["b active = 1", "other active = 500"]);
        _totals.Replaced();
        _groups.Points([_b.SetOpens(502)], Opens).ShouldBe(["b active = 1"], "it is empty, and all of it has been reported");
    }

    [Fact]
    public void Report_ItsNameIsLearned_TheSeriesWithTheNameCountsFromThereAndKeepsItsPlace()
    {
        _groups.Points([_a.SetOpens(5), _b.SetOpens(500)], Opens).ShouldBe(["a active = 5", "other active = 500"]);
        Follow(_a, new NamespaceIdentity(NamespaceKind.Pod, PodUid: "a", PodName: "web", PodNamespace: "shop"));

        _groups.Points([_b, _a.SetOpens(6)], Opens).ShouldBe(["a web shop active = 1", "other active = 500"]);
    }

    [Fact]
    public void Report_TwoComeToHaveEqualAttributesAndPartAgain_AreCountedOnce()
    {
        var groups = new NamespaceGroups(10, group => new CounterSeries(group, _totals));
        groups.Points([_a.SetOpens(5), _b.SetOpens(70)], Opens).ShouldBe(["a active = 5", "b active = 70"]);
        NamespaceIdentity own = _b.Namespace.Identity;

        Follow(_b, _a.Namespace.Identity);
        groups.Points([_a.SetOpens(6), _b.SetOpens(71)], Opens).ShouldBe(["a active = 7"]);

        Follow(_b, own);
        groups.Points([_a, _b.SetOpens(72)], Opens).ShouldBe(["a active = 7", "b active = 71"], "its series goes on");
    }

    private static void Follow(NamespaceSnapshot one, NamespaceIdentity identity) =>
        one.Namespace = new TcpNamespace("/proc", "1", identity, one.Namespace.Inode, one.Namespace.Id);
}
