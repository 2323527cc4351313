using System.Text;
using Agent.Tcp.Groups;
using Agent.Tcp.Tests.SockDiag.Foreign;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Groups.Sockets;

namespace Agent.Tcp.Tests.Groups;

public sealed class GroupReportTests
{
    [Fact]
    public void Take_ALimit_SumsTheRestInOneGroupMore()
    {
        SocketGroups groups = Group(
            Grouping.Port, To(1), To(2), To(2), To(3), To(3), To(3), To(4, TcpState.TimeWait));

        Text(new GroupReport([groups]), limit: 2).ShouldBe(
            ["Client 3: 3 Established=3", "Client 2: 2 Established=2", "Others 0: 2 Established=1 TimeWait=1"]);
        new GroupReport([groups]).Take(2).Last().Rest.ShouldBe(2);
        Text(new GroupReport([groups]), limit: 4).Length.ShouldBe(4);
    }

    /// <summary>As of two namespaces, of which one was read by procfs: the figures would be of one only.</summary>
    [Fact]
    public void Take_ALimitWhereOfSomeGroupsNothingIsKnown_KnowsNothingOfTheRest()
    {
        var query = new GroupQuery(Grouping.Peer, WithInfo: true);
        var known = new SocketGroups(query, Space);
        known.Begin();
        SocketRow[] rows = [To(1), To(2), To(2), To(3)];
        foreach (SocketRow row in rows)
        {
            known.Add(in row, new ConnectionInfo { RoundTrip = 100u * row.Remote.Port });
        }

        SocketGroups unknown = Group(query, To(4));

        new GroupReport([known]).Take(1).Select(group => group.Info.MedianRoundTrip).ShouldBe([200u, 100u]);
        new GroupReport([known, unknown]).Take(1).Select(group => group.Info.MedianRoundTrip).ShouldBe([200u, null]);
        new GroupReport([known, unknown]).Take(4).Select(group => group.Info.IsKnown).ShouldBe([true, true, true, false]);
        new GroupReport([known, Group(query, To(5, TcpState.TimeWait))]).Take(1).Last().Info.MedianRoundTrip.ShouldBe(100u, "only established connections are measured");
    }

    [Fact]
    public void Take_ByGrowth_IsWhatGrewSinceTheFirstReport()
    {
        var baseline = new GroupBaseline();
        var groups = new SocketGroups(new GroupQuery(Grouping.Port), Space);
        Read(groups, To(1), To(1), To(1), To(2), To(3));
        var first = new GroupReport([groups], baseline);
        Read(groups, To(1), To(1), To(2));
        _ = new GroupReport([groups], baseline);
        Read(groups, To(1), To(1), To(2), To(2), To(2), To(4));

        var third = new GroupReport([groups], baseline);

        first.HasGrowth.ShouldBeFalse();
        third.HasGrowth.ShouldBeTrue();
        third.Take(int.MaxValue, byGrowth: true).Select(group => (group.Key.Number, group.Growth)).ShouldBe([(2u, 2L), (4u, 1L), (1u, -1L)]);
        third.Take(1, byGrowth: true).Last().Growth.ShouldBe(0, "1 more and 1 less");
    }

    /// <summary>What the kernel counts: a port once for each local address, whatever the state.</summary>
    [Fact]
    public void PortsUsed_TowardAPeer_AreThoseOfTheBusiestLocalAddress()
    {
        using var space = ForeignSpace.CreateOrSkip();
        space.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "20000 20009");
            File.WriteAllText("/proc/sys/net/ipv4/ip_local_reserved_ports", "20009");
        });
        var groups = new SocketGroups(new GroupQuery(Grouping.Peer), space.Space());
        Read(
            groups,
            Row(TcpState.Established, "10.0.0.1:20001", "10.0.1.1:443"),
            Row(TcpState.TimeWait, "10.0.0.1:20002", "10.0.1.1:443"),
            Row(TcpState.Established, "10.0.0.1:20009", "10.0.1.1:443"),
            Row(TcpState.Established, "10.0.0.1:999", "10.0.1.1:443"),
            Row(TcpState.Established, "[::ffff:10.0.0.1]:20003", "[::ffff:10.0.1.1]:443"),
            Row(TcpState.Established, "10.0.0.2:20001", "10.0.1.1:443"),
            Row(TcpState.Established, "10.0.0.2:20002", "10.0.1.1:443"),
            Row(TcpState.Established, "10.0.0.1:20001", "10.0.1.1:444"));

        new GroupReport([groups]).Take(int.MaxValue).Select(group => (group.Key.Number, group.Total, group.PortsUsed, group.PortsLimit))
            .ShouldBe([(443u, 7L, 3, 9), (444u, 1L, 1, 9)]);
    }

    /// <summary>A port is taken whatever the state of its socket, be it asked for or not; where there is no room to count them, they are unknown.</summary>
    [Theory]
    [InlineData(GroupRoom.Most, 4)]
    [InlineData(6, null)]
    public void PortsUsed_OfSomeStates_AreThoseOfAllStates(int cells, int? used)
    {
        using var space = ForeignSpace.CreateOrSkip();
        space.Run(() => File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "20000 20009"));
        var groups = new SocketGroups(new GroupQuery(Grouping.Peer, States: 1u << (int)TcpState.TimeWait, cells), space.Space());
        SocketRow[] rows =
        [
            Row(TcpState.Established, "10.0.0.1:20001", "10.0.1.1:443"),
            Row(TcpState.CloseWait, "10.0.0.1:20002", "10.0.1.1:443"),
            Row(TcpState.TimeWait, "10.0.0.1:20003", "10.0.1.1:443"),
            Row(TcpState.Established, "[::ffff:10.0.0.1]:20004", "[::ffff:10.0.1.1]:443"),
            Row(TcpState.Established, "10.0.0.1:999", "10.0.1.1:443"),
            Row(TcpState.Established, "10.0.0.1:20001", "10.0.1.1:444"),
            Row(TcpState.Established, "10.0.0.1:20001", "10.0.1.1:445"),
        ];
        for (int reading = 0; reading < 2; reading++)
        {
            Read(groups, rows);
            var report = new GroupReport([groups]);

            report.Total.ShouldBe(1);
            report[TcpState.Unknown].ShouldBe(0);
            report[TcpState.Established].ShouldBe(0);
            report.Take(int.MaxValue).Select(group => (group.Key.Kind, group.Key.Number, group.Total, group.PortsUsed))
                .ShouldBe([(GroupKind.Client, 443u, 1L, used)]);
        }
    }

    [Fact]
    public void PortsUsed_WhereTheRangeIsNotKnown_IsUnknown() =>
        new GroupReport([Group(Grouping.Peer, To(443))]).Take(1).Single().PortsUsed.ShouldBeNull();

    [Fact]
    public void Names_OfAPasswordFile_AreTheFirstOfEachUid()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/:\n# comment\nbad\nx:y:z\nwww-data:x:33:33\n", Encoding.UTF8);

        UserNames names = UserNames.Read(file);
        File.Delete(file);

        names[0].ShouldBe("root");
        names[33].ShouldBe("www-data");
        names[1].ShouldBeNull();
        UserNames.Read(file)[0].ShouldBeNull();
    }

    private static SocketRow To(ushort port, TcpState state = TcpState.Established) => Row(state, "10.0.0.1:50000", $"10.0.0.2:{port}");

    private static void Read(SocketGroups groups, params SocketRow[] rows)
    {
        groups.Begin();
        foreach (SocketRow row in rows)
        {
            groups.Add(in row);
        }
    }
}
