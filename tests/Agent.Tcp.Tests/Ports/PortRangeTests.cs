using Agent.Tcp.Ports;
using Agent.Tcp.Tests.SockDiag.Foreign;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Groups.Sockets;

namespace Agent.Tcp.Tests.Ports;

/// <summary>
/// When the ephemeral ports of a real namespace, which another process has, are read again. Its rows are made up, with local
/// ports from 45000.
/// </summary>
public sealed class PortRangeTests : IDisposable
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    private readonly FiringTime _time = new();
    private readonly ForeignSpace _space = ForeignSpace.CreateOrSkip();
    private readonly Reading _reading;

    public PortRangeTests()
    {
        SetRange("45000 45099");
        _reading = new Reading { Rows = PortCounting.For(new TcpInstrumentationOptions(), _time)!(_space.Space()) };
    }

    private PortUse Use => (PortUse)_reading.Rows!;

    public void Dispose() => _space.Dispose();

    [Fact]
    public void Range_LessThanHalfInUse_IsReadAgainAfterTenMinutes()
    {
        Read(sockets: 20).ShouldBe((20, 100));
        SetRange("40000 45009");
        _time.Advance(9 * OneMinute);
        Read(sockets: 20).ShouldBe((20, 100));
        _time.Advance(OneMinute);
        Read(sockets: 20).ShouldBe((10, 5010), "ports outside the range take none of it away");
    }

    /// <summary>The alert says to widen the range: whoever does need not wait for ten minutes to see that it has helped.</summary>
    [Fact]
    public void Range_HalfInUse_IsReadAgainAfterAMinute()
    {
        Read(sockets: 50).ShouldBe((50, 100));
        SetRange("45000 46999");
        Read(sockets: 90).ShouldBe((90, 100));
        _time.Advance(OneMinute);
        Read(sockets: 90).ShouldBe((90, 2000));
        SetRange("45000 45199");
        _time.Advance(OneMinute);
        Read(sockets: 90).ShouldBe((90, 2000), "no more than half of it are in use");
    }

    /// <summary>Its limit goes on to be reported.</summary>
    [Fact]
    public void Range_NoConnectionsAnyMore_IsReadAgain()
    {
        Read(sockets: 20).ShouldBe((20, 100));
        Read(sockets: 0).ShouldBe((0, 100));
        SetRange("45000 46999");
        _time.Advance(10 * OneMinute);
        Read(sockets: 0).ShouldBe((0, 2000));
    }

    /// <summary>Ports in use that were counted by another range than the limit is of would be more than there are.</summary>
    [Fact]
    public void Range_ChangesWhileSocketsAreCounted_IsThatOfTheLastListing()
    {
        Read(sockets: 40).ShouldBe((40, 100));
        SetRange("45000 45009");
        _time.Advance(10 * OneMinute);
        Read(sockets: 30, isCounted: true).ShouldBe((40, 100));
        Read(sockets: 99, isCounted: true).ShouldBe((40, 100));
        Read(sockets: 30).ShouldBe((10, 10));
        Read(sockets: 5, isCounted: true).ShouldBe((10, 10));
    }

    /// <summary>It could not be read through the one that has ended.</summary>
    [Fact]
    public void Range_AnotherProcessStandsForTheNamespace_IsReadThroughThat()
    {
        Use.Follow(_space.Space() with { Process = "0" });
        Read(sockets: 20).ShouldBe((20, null));
        Use.Follow(_space.Space());
        Read(sockets: 20).ShouldBe((20, 100));
    }

    private (int? Used, int? Limit) Read(int sockets, bool isCounted = false)
    {
        _reading.Begin(TcpSourceKind.SockDiag);
        for (int socket = 0; socket < sockets; socket++)
        {
            Use.Add(Row(TcpState.TimeWait, $"10.0.0.1:{45_000 + socket}", "10.0.0.2:443"));
        }

        _reading[SocketFamily.Inet] = _reading[SocketFamily.Inet6] = FamilyStatus.Read;
        if (isCounted)
        {
            _reading.SetEstablished(0, 0, 0);
        }

        _reading.End();
        return (Use.Used, Use.Range?.Count);
    }

    private void SetRange(string range) => _space.Run(() => File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", range));
}
