using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

public sealed class NamespaceCostTests
{
    private static readonly TimeSpan Walk = TimeSpan.FromMilliseconds(6);

    [Theory]
    [InlineData("two walks and a few rows", 12.1, 10, WalkedHash.Shared)]
    [InlineData("two walks and many rows", 112, 50_000, WalkedHash.Shared)]
    [InlineData("next to nothing", 0.2, 10, WalkedHash.Own)]
    [InlineData("many rows and no walk", 100, 50_000, WalkedHash.Own)]
    public void Judge_AReadingByProcfs_ComparesAllButItsRowsWithTheWalkOfTheNodesHash(string made, double milliseconds, long rows, object expected)
    {
        NamespaceCost judged = Cost(milliseconds, rows).Judge(Walk);

        judged.Hash.ShouldBe((WalkedHash)expected, made);
        judged.IsJudged.ShouldBeTrue();
    }

    /// <summary>The same cost on a node whose hash is dearer: no fixed time tells.</summary>
    [Fact]
    public void Judge_ANodeWithAGreaterHash_TakesMoreForAHashOfItsOwn()
    {
        Cost(0.9, 10).Judge(TimeSpan.FromMilliseconds(0.4)).Hash.ShouldBe(WalkedHash.Shared);
        Cost(0.9, 10).Judge(TimeSpan.FromMilliseconds(20)).Hash.ShouldBe(WalkedHash.Own);
    }

    [Fact]
    public void Judge_WithoutAWalkToCompareWith_IsUnknown() =>
        Cost(12, 10).Judge(null).ShouldSatisfyAllConditions(
            cost => cost.Hash.ShouldBe(WalkedHash.Unknown),
            cost => cost.IsJudged.ShouldBeFalse());

    private static NamespaceCost Cost(double milliseconds, long rows) =>
        new(TimeSpan.FromMilliseconds(milliseconds), rows, WalkedHash.Unknown, IsJudged: false);
}
