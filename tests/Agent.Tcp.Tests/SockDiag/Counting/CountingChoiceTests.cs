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
    [InlineData(0, Many, 0, Many, true)]
    [InlineData(0, Many / 2, Many / 2, Many, false)]
    [InlineData(Many / 2, Many / 2, 1, Many, true)]
    public void IsWorthIt_Auto_ByTheLastReadingAndTheTotals(long inet, long mapped, long ipv6, long total, bool expected)
    {
        NamespaceSnapshot one = Read(new NamespaceSnapshot(), inet, mapped, ipv6);
        one.Begin(Space, TcpSourceKind.SockDiag);

        Choice(TcpCounting.Auto).IsWorthIt(one, new SocketTotals(0, 0, total)).ShouldBe(expected);
    }

    [Fact]
    public void IsWorthIt_NeverReadBefore_IsByTheTotalThatCannotBeMapped()
    {
        var one = new NamespaceSnapshot();
        Choice(TcpCounting.Auto).IsWorthIt(one, new SocketTotals(Many, 0, 0)).ShouldBeTrue();
        Choice(TcpCounting.Auto).IsWorthIt(one, new SocketTotals(0, 0, Many)).ShouldBeFalse();
    }

    [Fact]
    public void IsWorthIt_Forced_Always() =>
        Choice(TcpCounting.Totals).IsWorthIt(new NamespaceSnapshot(), default).ShouldBeTrue();

    [Fact]
    public void IsDue_List_Never() => Choice(TcpCounting.List).IsDue(new NamespaceSnapshot()).ShouldBeFalse();

    [Fact]
    public void IsDue_AListingIsDue_NotNow() =>
        Choice(TcpCounting.Totals).IsDue(new NamespaceSnapshot { Signals = new SocketSignals(new TcpMetricGroups()) }).ShouldBeFalse();

    private static CountingChoice Choice(TcpCounting counting) => new(counting, new ListingSchedule(5, TimeProvider.System));

    private static NamespaceSnapshot Read(NamespaceSnapshot one, long inet, long mapped, long ipv6)
    {
        one.Begin(Space, TcpSourceKind.SockDiag);
        one.SetCounted(new EstablishedCount(inet, mapped, ipv6));
        one[SocketFamily.Inet] = one[SocketFamily.Inet6] = FamilyStatus.Read;
        return one;
    }
}
