using Agent.Tcp.Groups;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Groups.Sockets;

namespace Agent.Tcp.Tests.Groups;

public sealed class SocketGroupsTests
{
    private const string Any4 = "0.0.0.0:80";
    private const string Any6 = "[::]:80";

    [Theory]
    [InlineData(Any4, "10.0.0.1:80", true, "a connection to the listener")]
    [InlineData("127.0.0.1:80", "10.0.0.1:80", true, "the port decides, not the address")]
    [InlineData(Any4, "10.0.0.1:81", false, "another port")]
    [InlineData(Any4, "[::1]:80", false, "an AF_INET listener takes no IPv6")]
    [InlineData(Any4, "[::ffff:10.0.0.1]:80", false, "an AF_INET6 socket is accepted by a listener of AF_INET6")]
    [InlineData(Any6, "[::1]:80", true, "IPv6")]
    [InlineData(Any6, "[::ffff:10.0.0.1]:80", true, "IPv4 over a dual-stack listener")]
    [InlineData(Any6, "10.0.0.1:80", true, "the same, turned into an AF_INET socket")]
    [InlineData("[::1]:80", "[::1]:80", true, "a listener of one address")]
    [InlineData("[::1]:80", "[::ffff:10.0.0.1]:80", false, "a listener of an IPv6 address takes no IPv4")]
    [InlineData("[::1]:80", "10.0.0.1:80", false, "a listener of an IPv6 address takes no IPv4")]
    [InlineData("[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.1]:80", true, "a listener of a mapped address")]
    [InlineData("[::ffff:10.0.0.1]:80", "[::1]:80", false, "a listener of a mapped address takes no IPv6")]
    public void Port_AConnection_IsAServersWhereAListenerMayHaveAcceptedIt(string listener, string local, bool isServer, string because)
    {
        SocketGroups groups = Group(
            Grouping.Port,
            Row(TcpState.Listen, listener, listener[0] == '[' ? "[::]:0" : "0.0.0.0:0"),
            Row(TcpState.CloseWait, local, local[0] == '[' ? "[::2]:4000" : "10.0.0.2:4000"));

        string expected = isServer ? "Server 80: 2 CloseWait=1 Listen=1" : "Client 4000: 1 CloseWait=1";
        Text(groups).ShouldContain(group => group == expected, because);
    }

    [Theory]
    [InlineData(true, "Client 4000: 1 Established=1")]
    [InlineData(false, "Server 80: 2 Established=1 Listen=1")]
    public void Port_AnIpv4ConnectionBesideAListenerOnAny6_IsAServersUnlessThatIsIpv6Only(bool isV6Only, string expected) =>
        Text(Group(
            Grouping.Port,
            Row(TcpState.Listen, Any6, "[::]:0", isV6Only: isV6Only),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.0.2:4000"))).ShouldContain(group => group == expected);

    [Fact]
    public void Port_SeveralListenersOnOnePort_AreOneGroup() =>
        Text(Group(
            Grouping.Port,
            Row(TcpState.Listen, Any4),
            Row(TcpState.Listen, Any4),
            Row(TcpState.Listen, Any6, "[::]:0"),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.0.2:80"))).ShouldBe(["Server 80: 4 Established=1 Listen=3"]);

    [Fact]
    public void Peer_ServersAndClients_HaveThePeersPortOnlyForClients() =>
        Text(Group(
            Grouping.Peer,
            Row(TcpState.Listen, Any4),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.0.2:4001"),
            Row(TcpState.TimeWait, "10.0.0.1:80", "10.0.0.2:4002"),
            Row(TcpState.Established, "10.0.0.1:4001", "10.0.0.3:443"),
            Row(TcpState.SynSent, "[::ffff:10.0.0.1]:4002", "[::ffff:10.0.0.3]:443"),
            Row(TcpState.Established, "10.0.0.1:4003", "10.0.0.3:5432"),
            Row(TcpState.Closed, "10.0.0.1:4004"))).ShouldBe(
        [
            "Server 0 10.0.0.2: 2 Established=1 TimeWait=1",
            "Client 443 10.0.0.3: 2 Established=1 SynSent=1",
            "Listener 0: 1 Listen=1",
            "Unconnected 0: 1 Closed=1",
            "Client 5432 10.0.0.3: 1 Established=1",
        ], ignoreOrder: true);

    [Fact]
    public void User_SocketsThatTheKernelShowsAsRootsWithoutAFile_AreNotRoots() =>
        Text(Group(
            Grouping.User,
            Row(TcpState.Established, "10.0.0.1:1", "10.0.0.2:2", uid: 0, inode: 5),
            Row(TcpState.TimeWait, "10.0.0.1:1", "10.0.0.2:2", uid: 0, inode: 0),
            Row(TcpState.SynReceived, "10.0.0.1:1", "10.0.0.2:2", uid: 33, inode: 0),
            Row(TcpState.CloseWait, "10.0.0.1:1", "10.0.0.2:2", uid: 33, inode: 6))).ShouldBe(
        ["User 33: 2 SynReceived=1 CloseWait=1", "User 0: 1 Established=1", "Kernel 0: 1 TimeWait=1"], ignoreOrder: true);

    [Fact]
    public void States_OnlySome_LeavesListenersKnown() =>
        Text(Group(
            new GroupQuery(Grouping.Port, 1u << (int)TcpState.CloseWait),
            Row(TcpState.Listen, Any4),
            Row(TcpState.CloseWait, "10.0.0.1:80", "10.0.0.2:4001"),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.0.2:4002"))).ShouldBe(["Server 80: 1 CloseWait=1"]);

    [Fact]
    public void Clear_OfOneFamily_ForgetsItsSocketsAndListenersOnly()
    {
        SocketGroups groups = Group(
            Grouping.Port,
            Row(TcpState.Listen, "[::1]:80", "[::]:0"),
            Row(TcpState.Listen, "0.0.0.0:81"),
            Row(TcpState.Established, "10.0.0.1:81", "10.0.0.2:4000"));

        groups.Clear(SocketFamily.Inet);
        SocketRow again = Row(TcpState.Established, "10.0.0.1:81", "10.0.0.2:4000");
        groups.Add(in again);

        Text(groups).ShouldBe(["Server 80: 1 Listen=1", "Client 4000: 1 Established=1"], ignoreOrder: true);
    }

    [Fact]
    public void Begin_AgainAndAgain_GivesTheRoomForGroupsBack()
    {
        var query = new GroupQuery(Grouping.Port, MostCells: 3);
        var groups = new SocketGroups(query, Space);
        for (ushort reading = 1; reading < 10; reading++)
        {
            groups.Begin();
            for (int port = 1; port <= 3; port++)
            {
                SocketRow row = Row(TcpState.Established, "10.0.0.1:1", $"10.0.0.2:{(reading * 10) + port}");
                groups.Add(in row);
            }
        }

        Text(groups).ShouldBe(["Client 91: 1 Established=1", "Client 92: 1 Established=1", "Client 93: 1 Established=1"]);
    }

    /// <summary>More peers than there is room for: every socket is still counted, by role and state.</summary>
    [Fact]
    public void Add_MoreGroupsThanThereIsRoomFor_CountsTheRestAsOthersByRole()
    {
        var query = new GroupQuery(Grouping.Peer, MostCells: 3);
        SocketRow[] rows =
        [
            Row(TcpState.Listen, Any4),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.1.1:1"),
            Row(TcpState.Established, "10.0.0.1:9", "10.0.1.1:443"),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.1.2:1"),
            Row(TcpState.TimeWait, "10.0.0.1:80", "10.0.1.1:2"),
            Row(TcpState.Established, "10.0.0.1:80", "10.0.1.1:3"),
            Row(TcpState.Established, "10.0.0.1:9", "10.0.1.2:443"),
        ];

        GroupReport report = new([Group(query, rows)]);

        report.Total.ShouldBe(rows.Length);
        Text(report).ShouldBe(
        [
            "Server 0 10.0.1.1: 2 Established=2",
            "OtherServers 0: 2 Established=1 TimeWait=1",
            "Listener 0: 1 Listen=1",
            "Client 443 10.0.1.1: 1 Established=1",
            "OtherClients 0: 1 Established=1",
        ], ignoreOrder: true);
    }

    [Theory]
    [InlineData((byte)Grouping.Peer, false, false, long.MaxValue, 1 << 19)]
    [InlineData((byte)Grouping.Peer, true, false, long.MaxValue, 1 << 18)]
    [InlineData((byte)Grouping.Process, false, false, long.MaxValue, 1 << 18)]
    [InlineData((byte)Grouping.User, false, true, long.MaxValue, 1 << 18)]
    [InlineData((byte)Grouping.Process, false, true, long.MaxValue, 1 << 17)]
    [InlineData((byte)Grouping.Peer, true, true, long.MaxValue, 1 << 17)]
    [InlineData((byte)Grouping.Peer, false, false, 72L << 20, 72 << 11)]
    [InlineData((byte)Grouping.Peer, true, true, 72L << 20, 72 << 9)]
    public void CellsFor_WhatIsKeptBesideThemAndALimit_IsBounded(byte by, bool withInfo, bool isWatch, long memory, int cells) =>
        GroupRoom.CellsFor((Grouping)by, withInfo, isWatch, memory).ShouldBe(cells);

    [Theory]
    [InlineData((byte)Grouping.Process, false)]
    [InlineData((byte)Grouping.Peer, true)]
    public void Add_MoreSocketsKeptThanThereIsRoomFor_EndsBeforeMemoryDoes(byte by, bool withInfo)
    {
        var groups = new SocketGroups(new GroupQuery((Grouping)by, WithInfo: withInfo, MostSockets: 3), Space);
        for (int reading = 0; reading < 3; reading++)
        {
            groups.Begin();
            AddEstablished(groups, 3, withInfo);
            new GroupReport([groups]).Count.ShouldBe(withInfo ? 1 : 0);
        }

        Should.Throw<MemoryBoundException>(() => AddEstablished(groups, 1, withInfo));
    }

    private static void AddEstablished(SocketGroups groups, int count, bool withInfo)
    {
        SocketRow row = Row(TcpState.Established, "10.0.0.1:1", "10.0.0.2:2");
        for (int index = 0; index < count; index++)
        {
            if (withInfo)
            {
                groups.Add(in row, default);
            }
            else
            {
                groups.Add(in row);
            }
        }
    }

    /// <summary>Against counting by strings, over random rows, with and without a bound.</summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(50)]
    public void Groups_OfRandomRows_AreThoseOfCountingByHand(int most)
    {
        var random = new Random(21);
        for (int round = 0; round < 30; round++)
        {
            SocketRow[] rows = [.. Enumerable.Range(0, 400).Select(_ => RandomRow(random)).OrderByDescending(row => row.State == TcpState.Listen)];
            foreach (Grouping by in new[] { Grouping.Port, Grouping.Peer, Grouping.User })
            {
                SocketGroups groups = Group(new GroupQuery(by, MostCells: most), rows);
                var report = new GroupReport([groups]);

                report.Total.ShouldBe(rows.Length);
                report.Take(int.MaxValue).Sum(group => group.Total).ShouldBe(rows.Length);
                report.Take(3).Sum(group => group.Total).ShouldBe(rows.Length, "what is beyond the limit is summed");
                foreach (TcpState state in Enum.GetValues<TcpState>())
                {
                    report[state].ShouldBe(rows.Count(row => row.State == state));
                }

                if (most == int.MaxValue && by == Grouping.User)
                {
                    Text(report).Length.ShouldBe(rows.Select(row => (row.Uid, row is { Uid: 0, Inode: 0 })).Distinct().Count());
                }
            }
        }
    }

    private static SocketRow RandomRow(Random random)
    {
        string local = random.Next(3) switch
        {
            0 => $"10.0.0.{random.Next(4)}:{random.Next(1, 30)}",
            1 => $"[::ffff:10.0.0.{random.Next(4)}]:{random.Next(1, 30)}",
            _ => $"[fd00::{random.Next(4)}]:{random.Next(1, 30)}",
        };
        bool isListener = random.Next(8) == 0;
        string remote = (local[0], isListener) switch
        {
            ('[', true) => "[::]:0",
            (_, true) => "0.0.0.0:0",
            ('[', false) => $"[fd01::{random.Next(90)}]:{random.Next(1, 40)}",
            _ => $"10.1.0.{random.Next(90)}:{random.Next(1, 40)}",
        };
        TcpState[] states = [TcpState.Established, TcpState.TimeWait, TcpState.CloseWait, TcpState.Unknown];
        return Row(isListener ? TcpState.Listen : states[random.Next(4)], local, remote, (uint)random.Next(3), (ulong)random.Next(2));
    }
}
