using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Scheduling;

/// <summary>How often a namespace that is counted (c) is listed all the same (L).</summary>
public sealed class ListingScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(1, "LLLLLL")]
    [InlineData(3, "LccLcc")]
    [InlineData(5, "LccccL")]
    public void IsDue_ANumberIsSet_EverySoManyReadings(int every, string expected) =>
        Readings(every, Second, new EstablishedCount(1_000_000, 0, 0), 6).ShouldBe(expected);

    [Theory]
    [InlineData(ListingSchedule.Large - 1, 0, 0, 5)]
    [InlineData(ListingSchedule.Large, 0, 0, 20)]
    [InlineData(0, 0, ListingSchedule.Large, 20)]
    [InlineData(1, ListingSchedule.Large, 0, 20)]
    [InlineData(1, ListingSchedule.Large - 2, ListingSchedule.Large - 2, 5)]
    public void IsDue_NoNumberIsSet_BySizeOfWhatCountingSaves(long inet, long mapped, long ipv6, int every) =>
        Readings(null, Second, new EstablishedCount(inet, mapped, ipv6), every + 2)
            .ShouldBe("L" + new string('c', every - 1) + "Lc");

    [Theory]
    [InlineData(60, 5)]
    [InlineData(61, 5)]
    [InlineData(59, 5)]
    [InlineData(100, 3)]
    [InlineData(15, 20)]
    [InlineData(30, 10)]
    [InlineData(300, 1)]
    [InlineData(3600, 1)]
    public void IsDue_ReadingsFarApart_AsNearToFiveMinutesAsTheyCome(int secondsApart, int every) =>
        Readings(null, secondsApart * Second, new EstablishedCount(ListingSchedule.Large, 0, 0), every + 1)
            .ShouldBe("L" + new string('c', every - 1) + "L");

    [Fact]
    public void IsDue_ANumberIsSet_AgeDoesNotMatter() =>
        Readings(4, TimeSpan.FromHours(1), default, 6).ShouldBe("LcccLc");

    [Fact]
    public void IsDue_NothingNeedsRowsOfConnections_Never()
    {
        var schedule = new ListingSchedule(null, _time);
        schedule.IsDue(new Reading(), new ReadingHistory()).ShouldBeFalse();
        var listeners = new SocketSignals(new TcpMetricGroups { Queues = false, Stalled = false });
        schedule.IsDue(new Reading { Signals = listeners }, new ReadingHistory()).ShouldBeFalse();
    }

    private string Readings(int? every, TimeSpan apart, EstablishedCount established, int count)
    {
        var schedule = new ListingSchedule(every, _time);
        var reading = new Reading { Signals = new SocketSignals(new TcpMetricGroups { Queues = false }) };
        var history = new ReadingHistory();
        string readings = "";
        for (int index = 0; index < count; index++)
        {
            _time.Advance(apart);
            bool isListed = schedule.IsDue(reading, history);
            readings += isListed ? 'L' : 'c';
            reading.Begin(TcpSourceKind.SockDiag);
            Finish(reading, established, isListed);
            history.Remember(reading, _time.GetTimestamp());
        }

        return readings;
    }

    private static void Finish(Reading reading, EstablishedCount established, bool isListed)
    {
        reading[SocketFamily.Inet] = reading[SocketFamily.Inet6] = FamilyStatus.Read;
        if (isListed)
        {
            reading.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Established, established.Inet);
            reading.Counts.Set(TcpSocketKind.Ipv4Inet6, TcpState.Established, established.Mapped);
            reading.Counts.Set(TcpSocketKind.Ipv6Inet6, TcpState.Established, established.Ipv6);
        }
        else
        {
            reading.SetEstablished(established.Inet, established.Mapped, established.Ipv6);
        }
    }
}
