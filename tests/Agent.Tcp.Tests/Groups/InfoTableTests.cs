using Agent.Tcp.Groups;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Groups;

public sealed class InfoTableTests
{
    [Theory]
    [InlineData(1, 1u, 1u)]
    [InlineData(2, 1u, 2u)]
    [InlineData(19, 10u, 19u)]
    [InlineData(20, 10u, 19u)]
    [InlineData(21, 11u, 20u)]
    [InlineData(100_000, 50_000u, 95_000u)]
    public void Percentiles_OfNumbersFrom1_AreOfTheNearestRank(int count, uint median, uint high)
    {
        var table = new InfoTable();
        int slot = 0;
        int other = 0;
        for (uint value = (uint)count; value > 0; value--)
        {
            table.Add(ref slot, new ConnectionInfo { RoundTrip = value });
            table.Add(ref other, new ConnectionInfo { RoundTrip = 1_000_000 });
        }

        GroupInfo group = Of(table, slot);

        group.MedianRoundTrip.ShouldBe(median);
        group.HighRoundTrip.ShouldBe(high);
        group.MedianCongestionWindow.ShouldBeNull();
    }

    [Fact]
    public void Ratios_AreOfSums_AndUnknownWithoutAWhole()
    {
        var table = new InfoTable();
        int slot = 0;
        table.Add(ref slot, new ConnectionInfo { BytesSent = 900, BytesRetransmitted = 0, BusyTime = 0, ReceiveWindowLimited = 0, SendBufferLimited = 0 });
        table.Add(ref slot, new ConnectionInfo { BytesSent = 100, BytesRetransmitted = 10 });
        table.Add(ref slot, default);

        GroupInfo group = Of(table, slot);

        group.Sums.RetransmissionRatio.ShouldBe(0.01);
        group.Sums.ReceiveWindowLimited.ShouldBeNull();
        group.Sums.SendBufferLimited.ShouldBeNull();
        group.MedianRoundTrip.ShouldBeNull();
    }

    private static GroupInfo Of(InfoTable table, int slot)
    {
        var group = new GroupInfo();
        table.AddTo(group, slot);
        group.End();
        return group;
    }
}
