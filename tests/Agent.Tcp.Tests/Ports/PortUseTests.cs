using Agent.Tcp.Ports;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Groups.Sockets;

namespace Agent.Tcp.Tests.Ports;

/// <summary>What one namespace's rows tell of services and ephemeral ports, from reading to reading.</summary>
public sealed class PortUseTests
{
    private const int MaxPorts = 2;

    private readonly FiringTime _time = new();
    private readonly Reading _reading;

    public PortUseTests()
    {
        var options = new TcpInstrumentationOptions { MaxServicePorts = MaxPorts };
        options.Metrics.Services = true;
        _reading = new Reading { Rows = PortCounting.For(options, _time)!(Space) };
    }

    private PortUse Use => (PortUse)_reading.Rows!;

    [Fact]
    public void For_WithoutEither_TakesNoRows() =>
        PortCounting.For(new TcpInstrumentationOptions { Metrics = { ClientPorts = false } }, _time).ShouldBeNull();

    [Fact]
    public void Services_ServersClientsAndListeners_AreByRolePortAndState()
    {
        Read(
            Row(TcpState.Listen, "0.0.0.0:80"),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.0.9:4000"),
            Row(TcpState.CloseWait, "10.0.0.1:80", "10.0.0.9:4001"),
            Row(TcpState.Established, "10.0.0.1:40000", "10.0.0.2:443"),
            Row(TcpState.TimeWait, "10.0.0.1:40001", "10.0.0.2:443"),
            Row(TcpState.TimeWait, "10.0.0.1:40002", "10.0.0.2:443"));

        Services().ShouldBe(["client 443 Established=1 TimeWait=2", "server 80 Established=1 CloseWait=1 Listen=1"]);
    }

    /// <summary>As in sock_diag's dump and, read in that order, in procfs.</summary>
    [Fact]
    public void Services_AnIpv4ConnectionOfADualStackListener_IsAServers()
    {
        Read(
            Row(TcpState.Listen, "[::]:80", "[::]:0"),
            Row(TcpState.Established, "[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.9]:4000"),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.0.9:4001"));

        Services().ShouldBe(["server 80 Established=2 Listen=1"]);
    }

    [Fact]
    public void Services_BeyondTheBound_AreOtherAndThoseWithMostHaveTheirOwn()
    {
        Read([.. To(443, 5), .. To(5432, 3), .. To(6379, 2), .. To(9092, 1)]);
        Services().ShouldBe(["client 443 Established=5", "client 5432 Established=3", "client other Established=3"]);

        // One that is in stays, also when others grow; its place is free when it has gone.
        Read([.. To(443, 1), .. To(5432, 1), .. To(6379, 9)]);
        Services().ShouldBe(["client 443 Established=1", "client 5432 Established=1", "client other Established=9"]);
        Read([.. To(443, 1), .. To(6379, 9), .. To(9092, 1)]);
        Services().ShouldBe(["client 443 Established=1", "client 6379 Established=9", "client other Established=1"]);
    }

    [Fact]
    public void Services_AListenerWithoutConnections_KeepsItsPlace()
    {
        Read([Row(TcpState.Listen, "0.0.0.0:80"), Row(TcpState.Listen, "0.0.0.0:81"), .. At(82, 9)]);
        Services().ShouldBe(["server 82 Established=8 Listen=1", "server 80 Listen=1", "server other Listen=1"], ignoreOrder: true);
    }

    /// <summary>Programs that connect to another port each time would never end with new series.</summary>
    [Fact]
    public void Services_EphemeralPorts_AreAdmittedOnlyAFewAnHour()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int reading = 0; reading < 50; reading++)
        {
            Read(To((ushort)(40_000 + reading), 1));
            seen.UnionWith(Services().Where(service => !service.Contains("other", StringComparison.Ordinal)));
        }

        seen.Count.ShouldBe(MaxPorts);
        Read([.. To(50_000, 5), .. To(443, 1)]);
        Services().ShouldBe(["client 443 Established=1", "client other Established=5"], "a port that nobody gets by chance");
        _time.Advance(TimeSpan.FromHours(1));
        Read(To(50_000, 5));
        Services().ShouldBe(["client 50000 Established=5"]);
    }

    [Fact]
    public void Services_WithoutListing_KeepWhatIsEstablishedAndTakeTheRest()
    {
        Read([.. To(443, 5), .. To(5432, 3), .. To(6379, 2)]);

        Count(
            Row(TcpState.CloseWait, "10.0.0.1:40000", "10.0.0.2:443"),
            Row(TcpState.TimeWait, "10.0.0.1:40001", "10.0.0.2:7777"));

        Services().ShouldBe(
            ["client 443 Established=5 CloseWait=1", "client 5432 Established=3", "client other Established=2 TimeWait=1"]);
        Read(To(443, 1));
        Services().ShouldBe(["client 443 Established=1"]);
    }

    [Fact]
    public void Services_ATableThatIsReadAgain_CountsOnce()
    {
        Begin();
        Add(Row(TcpState.Listen, "[::]:80", "[::]:0"), Row(TcpState.Established, "[::1]:80", "[::1]:4000"));
        Add(To(443, 3));
        Use.Clear(SocketFamily.Inet);
        Add(To(443, 2));
        End();

        Services().ShouldBe(["client 443 Established=2", "server 80 Established=1 Listen=1"]);
        Use.Used.ShouldBe(2);
    }

    [Fact]
    public void End_AFamilyFailed_KeepsTheLastReading()
    {
        Read(To(443, 3));

        Begin();
        Add(To(443, 1));
        _reading[SocketFamily.Inet6] = FamilyStatus.Failed;
        _reading.End();

        Services().ShouldBe(["client 443 Established=3"]);
        Use.Used.ShouldBe(3);
    }

    [Fact]
    public void Used_SocketsWithoutAPeerAndListeners_AreNotCounted()
    {
        Read([Row(TcpState.Listen, "0.0.0.0:40000"), Row(TcpState.Closed, "0.0.0.0:40001")]);
        Use.Used.ShouldBe(0);
        Services().ShouldBe(["client other Closed=1", "server 40000 Listen=1"]);
    }

    /// <summary>A port that is listened on is not given to connections, also where it is of the range.</summary>
    [Fact]
    public void Used_AServersConnections_AreNotCounted()
    {
        SocketRow[] server = At(40_000, 5);
        Read([.. server, .. server[1..].Select(row => row with { Remote = row.Remote with { Port = 9 } }), .. To(443, 2)]);
        Use.Used.ShouldBe(2);
    }

    /// <summary>Rows that are of no use need not be made; what is asked for decides.</summary>
    [Fact]
    public void Wants_WithoutServices_ListenersAndClientsOnly()
    {
        ISocketRows rows = PortCounting.For(new TcpInstrumentationOptions(), _time)!(Space);
        rows.Begin();
        rows.Add(Row(TcpState.Listen, "0.0.0.0:80"));
        rows.Wants(TcpState.Listen, 80).ShouldBeTrue();
        rows.Wants(TcpState.Established, 80).ShouldBeFalse("a server's");
        rows.Wants(TcpState.Established, 81).ShouldBeTrue();
        Use.Wants(TcpState.Established, 80).ShouldBeTrue("with services, all are");
    }

    [Fact]
    public void Used_WithoutListing_IsNeverBelowWhatIsListedNow()
    {
        Read(To(443, 5));
        Count([.. To(443, 2, TcpState.TimeWait)]);
        Use.Used.ShouldBe(5, "as when it was listed");
        Count([.. To(5432, 7, TcpState.TimeWait)]);
        Use.Used.ShouldBe(7, "what is listed each time exceeds it");
        Count();
        Use.Used.ShouldBe(5);
    }

    [Fact]
    public void Used_BeforeTheFirstReading_IsUnknown() => Use.Used.ShouldBeNull();

    /// <summary>Of the namespace "/nowhere" the range cannot be read.</summary>
    [Fact]
    public void Used_WhereTheRangeIsUnknown_CountsEveryLocalPortAndHasNoLimit()
    {
        Read([.. To(443, 3), Row(TcpState.Established, "10.0.0.1:700", "10.0.0.2:443")]);
        Use.Used.ShouldBe(4);
        Use.Range.ShouldBeNull();
    }

    [Fact]
    public void Read_InTheSteadyState_AllocatesNothing()
    {
        SocketRow[] rows = [Row(TcpState.Listen, "0.0.0.0:80"), .. At(80, 50), .. To(443, 50), .. To(5432, 20), .. To(6379, 3), .. To(40_000, 1)];
        Allocations.InSteadyState(() => Read(rows), warmUps: 50, rounds: 50).ShouldBe(0);
    }

    private static SocketRow[] To(ushort port, int count, TcpState state = TcpState.Established) =>
        [.. Enumerable.Range(0, count).Select(socket => Row(state, $"10.0.0.1:{45_000 + socket}", $"10.0.0.2:{port}"))];

    private static SocketRow[] At(ushort port, int sockets) =>
    [
        Row(TcpState.Listen, $"0.0.0.0:{port}"),
        .. Enumerable.Range(1, sockets - 1).Select(socket => Row(TcpState.Established, $"10.0.0.1:{port}", $"10.0.0.9:{20_000 + socket}")),
    ];

    private void Read(params SocketRow[] rows)
    {
        Begin();
        Add(rows);
        End();
    }

    /// <summary>A reading that lists what is not established, and counts the rest.</summary>
    private void Count(params SocketRow[] rows)
    {
        Begin();
        Add(rows);
        _reading[SocketFamily.Inet] = _reading[SocketFamily.Inet6] = FamilyStatus.Read;
        _reading.SetEstablished(1, 0, 0);
        _reading.End();
    }

    private void Begin() => _reading.Begin(TcpSourceKind.SockDiag);

    private void Add(params SocketRow[] rows)
    {
        foreach (SocketRow row in rows)
        {
            Use.Add(in row);
        }
    }

    private void End()
    {
        _reading[SocketFamily.Inet] = _reading[SocketFamily.Inet6] = FamilyStatus.Read;
        _reading.End();
    }

    /// <summary>Each as <c>role port State=count…</c>, in order.</summary>
    private List<string> Services() =>
    [
        .. Use.Services!.Own.Select(one => $"{(one.Key.IsServer ? "server" : "client")} {one.Key.Port}{States(one.Value)}")
            .Append($"client other{States(Use.Services.Others(isServer: false))}")
            .Append($"server other{States(Use.Services.Others(isServer: true))}")
            .Where(text => text.Contains('=', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static string States(long[] states) => string.Concat(
        Enum.GetValues<TcpState>().Where(state => states[(int)state] > 0).Select(state => $" {state}={states[(int)state]}"));
}
