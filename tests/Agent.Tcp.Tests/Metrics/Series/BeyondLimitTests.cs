using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Ports;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>
/// The sum of those beyond the limit, of which one cannot be read: that one keeps its last reading. Elsewhere such a sum is
/// absent.
/// </summary>
public sealed class BeyondLimitTests
{
    private readonly NamespaceSnapshot _own = SeriesReport.Pod("own", 2);
    private readonly NamespaceSnapshot _a = SeriesReport.Pod("a", 3);
    private readonly NamespaceSnapshot _b = SeriesReport.Pod("b", 4);

    private IReadOnlyList<NamespaceSnapshot> All => [_own.Read(), _a, _b];

    [Fact]
    public void Connections_OneFails_KeepsItsLastReadingUntilItIsReadAgain()
    {
        var groups = new NamespaceGroups(1, static group => new ConnectionSeries(group.Attributes, group.IsHost));
        Listen(_a, 10);
        Listen(_b, 100);
        string sum = "other listen ipv4 inet = ";
        groups.Points(All).ShouldBe([sum + 110]);

        Fail(_b);
        Listen(_a, 11);
        groups.Points(All).ShouldBe([sum + 111]);
        Fail(_b);
        groups.Points(All).ShouldBe([sum + 111], "the second time as well");

        Listen(_b, 50);
        groups.Points(All).ShouldBe([sum + 61]);
    }

    [Fact]
    public void Connections_OneFamilyFails_TheOtherIsCurrent()
    {
        var groups = new NamespaceGroups(1, static group => new ConnectionSeries(group.Attributes, group.IsHost));
        Listen(_a, 10);
        Listen(_b, 100);
        _b.Reading.Counts.Set(TcpSocketKind.Ipv6Inet6, TcpState.Listen, 7);
        groups.Points(All).ShouldBe(["other listen ipv4 inet = 110", "other listen ipv6 inet6 = 7"]);

        Listen(_b, 0);
        _b.Reading.Counts.Set(TcpSocketKind.Ipv6Inet6, TcpState.Listen, 8);
        _b.Reading[SocketFamily.Inet] = FamilyStatus.Failed;
        groups.Points(All).ShouldBe(["other listen ipv4 inet = 110", "other listen ipv6 inet6 = 8"]);
    }

    [Fact]
    public void Connections_OneWasNeverRead_IsNoPartOfTheSum()
    {
        var groups = new NamespaceGroups(1, static group => new ConnectionSeries(group.Attributes, group.IsHost));
        Listen(_a, 10);

        groups.Points(All).ShouldBe(["other listen ipv4 inet = 10"]);
    }

    [Fact]
    public void Signals_OneFails_KeepsItsLastReading()
    {
        var groups = new NamespaceGroups(1, SignalSeries.Queues);
        _a.Read().Reading.Signals!.AddConnection(SocketFamily.Inet, 5, 0, timer: 0, retransmits: 0);
        _b.Read().Reading.Signals!.AddConnection(SocketFamily.Inet6, 70, 0, timer: 0, retransmits: 0);
        groups.Points(All).ShouldBe(["other transmit = 75"]);

        Fail(_b);
        groups.Points(All).ShouldBe(["other transmit = 75"]);
    }

    [Fact]
    public void Listeners_OneFails_KeepsItsLastReading()
    {
        var groups = new NamespaceGroups(1, static group => new ListenerSeries(group, new PortAdmission(10, new FiringTime())));
        _a.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 1, null);
        _b.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 2, null);
        groups.Points(All).ShouldBe(["other 80 inet = 3"]);

        Fail(_b);
        groups.Points(All).ShouldBe(["other 80 inet = 3"]);
    }

    [Fact]
    public void Signals_OneOfTwoWithEqualAttributesFails_AreAbsent()
    {
        var groups = new NamespaceGroups(10, SignalSeries.Queues);
        NamespaceSnapshot nested = SeriesReport.Pod("a", 5).Read();
        nested.Reading.Signals!.AddConnection(SocketFamily.Inet, 5, 0, timer: 0, retransmits: 0);
        _a.Read().Reading.Signals!.AddConnection(SocketFamily.Inet, 7, 0, timer: 0, retransmits: 0);
        groups.Points([_a, nested]).ShouldBe(["a transmit = 12"]);

        Fail(_a);
        groups.Points([_a, nested]).ShouldBeEmpty();
    }

    [Fact]
    public void Listeners_OneOfTwoWithEqualAttributesFails_AreAbsent()
    {
        var groups = new NamespaceGroups(10, static group => new ListenerSeries(group, new PortAdmission(10, new FiringTime())));
        NamespaceSnapshot nested = SeriesReport.Pod("a", 5).Read();
        nested.Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 1, null);
        _a.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 2, null);
        groups.Points([_a, nested]).ShouldBe(["a 80 inet = 3"]);

        Fail(_a);
        groups.Points([_a, nested]).ShouldBeEmpty();
    }

    /// <summary>procfs does not show what is bound and inactive: what one namespace has of them is not what both have.</summary>
    [Fact]
    public void Connections_OnlyOneOfTwoIsReadByASourceThatTellsAState_AreAbsentInThatState()
    {
        var groups = new NamespaceGroups(10, static group => new ConnectionSeries(group.Attributes, group.IsHost));
        NamespaceSnapshot nested = SeriesReport.Pod("a", 5);
        nested.Reading.Begin(TcpSourceKind.SockDiag);
        nested.Reading[SocketFamily.Inet] = nested.Reading[SocketFamily.Inet6] = FamilyStatus.Read;
        nested.Reading.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.BoundInactive, 1);
        groups.Points([nested]).ShouldBe(["a bound_inactive ipv4 inet = 1"]);

        groups.Points([_a.Read(), nested]).ShouldBeEmpty();
    }

    private static void Listen(NamespaceSnapshot one, int sockets) =>
        one.Read().Reading.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Listen, sockets);

    private static void Fail(NamespaceSnapshot one) => one.Reading.Begin(TcpSourceKind.Procfs);
}
