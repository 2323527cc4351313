using Agent.Tcp.Namespaces;
using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;
using Agent.Tcp.SockDiag.Counting;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Counting;

/// <summary>When a namespace is counted, and when it is listed.</summary>
public sealed class CountingChoiceTests
{
    private const long Many = CountingChoice.WorthCounting;

    private static readonly TcpNamespace Space = new("/proc", "1", NamespaceKind.Host, 1);

    [Theory]
    [InlineData(Many, 0, 0, Many, true)]
    [InlineData(Many - 1, 0, 0, Many, false)]
    [InlineData(Many, 0, 0, Many - 1, false)]
    [InlineData(0, 0, Many, Many, true)]
    [InlineData(0, Many, 0, Many, false)]
    public void IsWorthIt_Auto_ByTheLastReadingAndTheTotals(long inet, long mapped, long ipv6, long total, bool expected)
    {
        NamespaceSnapshot one = Read(new NamespaceSnapshot(), inet, mapped, ipv6);
        one.Begin(Space, TcpSourceKind.SockDiag);

        Auto().IsWorthIt(one, new SocketTotals(0, 0, total)).ShouldBe(expected);
    }

    [Fact]
    public void IsWorthIt_NeverReadBefore_IsByTheTotalThatCannotBeMapped()
    {
        var one = new NamespaceSnapshot();
        Auto().IsWorthIt(one, new SocketTotals(Many, 0, 0)).ShouldBeTrue();
        Auto().IsWorthIt(one, new SocketTotals(0, 0, Many)).ShouldBeFalse();
    }

    [Fact]
    public void IsWorthIt_Forced_Always() =>
        new CountingChoice(TcpCounting.Totals, 5).IsWorthIt(new NamespaceSnapshot(), default).ShouldBeTrue();

    [Fact]
    public void IsDue_List_Never() =>
        new CountingChoice(TcpCounting.List, 5).IsDue(new NamespaceSnapshot()).ShouldBeFalse();

    [Theory]
    [InlineData(1, "LLLLLL")]
    [InlineData(3, "LccLcc")]
    [InlineData(5, "LccccL")]
    public void IsDue_WithSignalsOfConnections_EverySoManyReadingsIsAListing(int listEvery, string expected)
    {
        var choice = new CountingChoice(TcpCounting.Totals, listEvery);
        Readings(choice, new NamespaceSnapshot { Signals = new SocketSignals(new TcpMetricGroups { Queues = false }) }).ShouldBe(expected);
    }

    [Fact]
    public void IsDue_WithoutSignalsOfConnections_NoneNeedsListing()
    {
        var choice = new CountingChoice(TcpCounting.Totals, 5);
        Readings(choice, new NamespaceSnapshot()).ShouldBe("cccccc");
        var listeners = new SocketSignals(new TcpMetricGroups { Queues = false, Stalled = false });
        Readings(choice, new NamespaceSnapshot { Signals = listeners }).ShouldBe("cccccc");
    }

    private static CountingChoice Auto() => new(TcpCounting.Auto, 5);

    private static string Readings(CountingChoice choice, NamespaceSnapshot one)
    {
        string readings = "";
        for (int reading = 0; reading < 6; reading++)
        {
            one.Begin(Space, TcpSourceKind.SockDiag);
            bool isCounted = choice.IsDue(one);
            readings += isCounted ? 'c' : 'L';
            Finish(one, isCounted);
        }

        return readings;
    }

    private static NamespaceSnapshot Read(NamespaceSnapshot one, long inet, long mapped, long ipv6)
    {
        one.Begin(Space, TcpSourceKind.SockDiag);
        one.SetCounted(new EstablishedCount(inet, mapped, ipv6));
        Finish(one, isCounted: false);
        return one;
    }

    private static void Finish(NamespaceSnapshot one, bool isCounted)
    {
        one[SocketFamily.Inet] = one[SocketFamily.Inet6] = FamilyStatus.Read;
        if (isCounted)
        {
            one.SetCounted(default);
        }
    }
}
