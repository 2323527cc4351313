using Agent.Tcp.Namespaces;
using Agent.Tcp.Snapshots;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Counting;

/// <summary>How often a namespace that is counted (c) is listed all the same (L).</summary>
public sealed class ListingScheduleTests
{
    private static readonly TcpNamespace Space = new("/proc", "1", NamespaceKind.Host, 1);
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
        schedule.IsDue(new NamespaceSnapshot()).ShouldBeFalse();
        var listeners = new SocketSignals(new TcpMetricGroups { Queues = false, Stalled = false });
        schedule.IsDue(new NamespaceSnapshot { Signals = listeners }).ShouldBeFalse();
    }

    private string Readings(int? every, TimeSpan apart, EstablishedCount established, int count)
    {
        var schedule = new ListingSchedule(every, _time);
        var one = new NamespaceSnapshot { Signals = new SocketSignals(new TcpMetricGroups { Queues = false }) };
        string readings = "";
        for (int reading = 0; reading < count; reading++)
        {
            _time.Advance(apart);
            one.Begin(Space, TcpSourceKind.SockDiag);
            bool isListed = schedule.IsDue(one);
            readings += isListed ? 'L' : 'c';
            Finish(one, established, isListed);
        }

        return readings;
    }

    private void Finish(NamespaceSnapshot one, EstablishedCount established, bool isListed)
    {
        one[SocketFamily.Inet] = one[SocketFamily.Inet6] = FamilyStatus.Read;
        one.ReadAt = _time.GetTimestamp();
        if (isListed)
        {
            one.ListedAt = one.ReadAt;
            one.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Established, established.Inet);
            one.Counts.Set(TcpSocketKind.Ipv4Inet6, TcpState.Established, established.Mapped);
            one.Counts.Set(TcpSocketKind.Ipv6Inet6, TcpState.Established, established.Ipv6);
        }
        else
        {
            one.SetCounted(established);
        }
    }
}
