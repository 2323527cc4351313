using Agent.Tcp.Procfs;
using Agent.Tcp.SockDiag.Counting;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Counting;

public sealed class EstablishedCountTests
{
    [Fact]
    public void TryOf_ATableAtRest_IsTheTotalLessTheOthers()
    {
        var totals = new SocketTotals(Inet: 100, TimeWait: 7, Inet6: 50);

        EstablishedCount.TryOf(totals, totals, inetOthers: 30, inet6Others: 10, new Inet6Part(IsMapped: true, 15), out EstablishedCount count).ShouldBeTrue();

        count.ShouldBe(new EstablishedCount(Inet: 70, Mapped: 15, Ipv6: 25));
    }

    [Fact]
    public void TryOf_TheOthersOfAfInet6WereListed_TheMappedOnesAreWhatIsLeft()
    {
        var totals = new SocketTotals(Inet: 100, TimeWait: 7, Inet6: 50);

        EstablishedCount.TryOf(totals, totals, 30, 10, new Inet6Part(IsMapped: false, 15), out EstablishedCount count).ShouldBeTrue();

        count.ShouldBe(new EstablishedCount(Inet: 70, Mapped: 25, Ipv6: 15));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(-16, true)]
    [InlineData(-17, false)]
    public void TryOf_TotalsThatDiffer_AreTakenWithinTheBound(long moved, bool isTaken)
    {
        var before = new SocketTotals(100, 0, 0);
        EstablishedCount.TryOf(before, before with { Inet = 100 + moved }, 0, 0, default, out EstablishedCount count).ShouldBe(isTaken);
        EstablishedCount.TryOf(before with { Inet6 = 100 }, new SocketTotals(100, 0, 100 + moved), 0, 0, default, out _).ShouldBe(isTaken);
        if (isTaken)
        {
            count.Inet.ShouldBe(100 + (moved / 2), "the mean");
        }
    }

    [Fact]
    public void Bound_GrowsByOneInEvery512() => EstablishedCount.Bound(100_000).ShouldBe(16 + 195);

    [Theory]
    [InlineData(100, 0, 0, true)]
    [InlineData(116, 0, 0, true)]
    [InlineData(117, 0, 0, false)]
    [InlineData(0, 50, 16, true)]
    [InlineData(0, 50, 17, false)]
    public void TryOf_MoreOthersThanThereAreInAll_IsNeverNegative(long inetOthers, long inet6Others, long listed, bool isTaken)
    {
        var totals = new SocketTotals(100, 0, 50);
        foreach (bool isMapped in (bool[])[true, false])
        {
            var inet6 = new Inet6Part(isMapped, listed);
            EstablishedCount.TryOf(totals, totals, inetOthers, inet6Others, inet6, out EstablishedCount count).ShouldBe(isTaken);
            count.Inet.ShouldBeGreaterThanOrEqualTo(0);
            (isMapped ? count.Mapped : count.Ipv6).ShouldBe(listed);
            (isMapped ? count.Ipv6 : count.Mapped).ShouldBeGreaterThanOrEqualTo(0);
        }
    }

    [Fact]
    public void TryOf_AKernelWithoutIpv6_HasNone()
    {
        var totals = new SocketTotals(100, 0, null);
        EstablishedCount.TryOf(totals, totals, 1, 0, default, out EstablishedCount count).ShouldBeTrue();
        count.ShouldBe(new EstablishedCount(99, 0, 0));
        EstablishedCount.TryOf(totals, totals with { Inet6 = 0 }, 1, 0, default, out _).ShouldBeFalse("two different namespaces");
    }
}
