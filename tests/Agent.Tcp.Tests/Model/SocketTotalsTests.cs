using Agent.Tcp.Procfs;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Model;

public sealed class SocketTotalsTests
{
    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 0, null, true)]
    [InlineData(1, 0, 0, false)]
    [InlineData(0, 1, 0, false)]
    [InlineData(0, 0, 1, false)]
    [InlineData(0, 1, null, false)]
    public void ProveEmpty_OnlyWhenAllAre0(int inet, int timeWait, int? inet6, bool expected) =>
        new SocketTotals(inet, timeWait, inet6).ProveEmpty.ShouldBe(expected);

    [Fact]
    public void DistanceTo_MovesThatCancelOut_AreStillMoves() =>
        new SocketTotals(10, 0, 5).DistanceTo(new SocketTotals(5, 5, 5)).ShouldBe(10);

    [Theory]
    [InlineData(4)]
    [InlineData(null)]
    public void DistanceTo_Itself_Is0(int? inet6)
    {
        var totals = new SocketTotals(1, 2, inet6);

        totals.DistanceTo(totals).ShouldBe(0);
    }

    [Fact]
    public void DistanceTo_IsTheSameBothWays()
    {
        var one = new SocketTotals(1, 2, 3);
        var other = new SocketTotals(9, 0, null);

        one.DistanceTo(other).ShouldBe(8 + 2 + 3);
        other.DistanceTo(one).ShouldBe(8 + 2 + 3);
    }
}
