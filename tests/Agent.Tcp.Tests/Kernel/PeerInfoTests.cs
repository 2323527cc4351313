using System.Net;
using Agent.Tcp.Groups;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Dumps;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// What <c>--by peer --info</c> says of peers that the kernel keeps back for different reasons, against <c>ss -ti</c>: of one that
/// loses packets, one that does not read, and one that is sent to from a small buffer.
/// </summary>
public sealed class PeerInfoTests : IDisposable
{
    private const int Connections = 3;

    private static readonly IPAddress Lossy = IPAddress.Parse("10.77.1.2");
    private static readonly IPAddress Lossless = IPAddress.Parse("10.77.2.2");

    private readonly LinkedNamespaces _spaces = new();

    public void Dispose() => _spaces.Dispose();

    [Fact]
    public void Info_PeersKeptBackForDifferentReasons_IsWhatSsSaysOfTheirConnections()
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        _spaces.Keep(DelayedLink.CreateOrSkip(_spaces.Left, _spaces.Right, "tun1", ["10.77.1."], TimeSpan.FromMilliseconds(20), loseEvery: 20));
        _spaces.Keep(DelayedLink.CreateOrSkip(_spaces.Left, _spaces.Right, "tun2", ["10.77.2."], TimeSpan.FromMilliseconds(20)));
        ushort lossy = Send(Lossy, 400_000, reads: true);
        ushort unread = Send(Lossless, 1_000_000, reads: false, sendBuffer: 1_000_000);
        ushort small = Send(Lossless, 600_000, reads: true, sendBuffer: 16_384);
        Poll.Until(
            () => SsInfo.Of(_spaces.Left).TrueForAll(one => one.Peer.Port == unread ? one.ReceiveWindowLimited > 500 : one.IsAtRest),
            "the senders have finished, or wait for their peer to read");

        Dictionary<int, List<SsInfo>> before = Ss();
        Dictionary<int, Measured> groups = _spaces.Left.Run(Read);
        Dictionary<int, List<SsInfo>> after = Ss();

        groups.Keys.ShouldBe([lossy, unread, small], ignoreOrder: true);
        foreach ((int port, Measured group) in groups)
        {
            group.Retransmission.ShouldBe(Share(after[port], one => one.BytesRetransmitted, one => one.BytesSent)!.Value, 1e-9);
            group.MedianWindow.ShouldBe((uint)after[port].Select(one => one.CongestionWindow).Order().ElementAt(Connections / 2));

            // Of one that still waits, both times grow from one reading to the next; ss cuts them to whole milliseconds.
            Between(group.ReceiveWindow, before[port], after[port], one => one.ReceiveWindowLimited);
            Between(group.SendBuffer, before[port], after[port], one => one.SendBufferLimited);
        }

        groups[lossy].Retransmission.ShouldBeGreaterThan(0.01);
        groups[unread].ReceiveWindow!.Value.ShouldBeGreaterThan(0.5);
        groups[small].SendBuffer!.Value.ShouldBeGreaterThan(0.2);
        groups[small].ReceiveWindow!.Value.ShouldBe(0, 0.05);
    }

    private static void Between(double? value, List<SsInfo> before, List<SsInfo> after, Func<SsInfo, long> limited)
    {
        double[] bounds = [Share(before, limited, one => one.Busy)!.Value, Share(after, limited, one => one.Busy)!.Value];
        value.ShouldNotBeNull().ShouldBeInRange(bounds.Min() - 0.02, bounds.Max() + 0.02);
    }

    private static double? Share(List<SsInfo> connections, Func<SsInfo, long> part, Func<SsInfo, long> whole) =>
        connections.Sum(whole) is > 0 and long sum ? (double)connections.Sum(part) / sum : null;

    private Dictionary<int, List<SsInfo>> Ss() =>
        SsInfo.Of(_spaces.Left).GroupBy(one => one.Peer.Port).ToDictionary(group => group.Key, group => group.ToList());

    private Dictionary<int, Measured> Read()
    {
        TcpNamespace space = _spaces.Left.ToTcpNamespace();
        var rows = new SocketGroups(new GroupQuery(Grouping.Peer, WithInfo: true), space);
        var reading = new Reading { Rows = rows };
        using var source = KernelSource.Over(new NetlinkTransport(), StateMask.Procfs);
        source.Read(space, new ReadHints(MustList: true), reading);
        reading.Errors.ShouldBeEmpty();

        // The group is the same instance each time.
        return new GroupReport([rows]).Take(int.MaxValue).Where(group => group.Info.IsKnown).ToDictionary(
            group => (int)group.Key.Number,
            group => new Measured(
                group.Info.Sums.RetransmissionRatio ?? 0,
                group.Info.MedianCongestionWindow ?? 0,
                group.Info.Sums.ReceiveWindowLimited,
                group.Info.Sums.SendBufferLimited));
    }

    /// <summary>Connections from the left to one port, each of which sends so much, or what there is room for.</summary>
    private ushort Send(IPAddress to, int bytes, bool reads, int? sendBuffer = null)
    {
        KernelSocket listener = _spaces.Right.Run(() => KernelSocket.Listen(SocketFamily.Inet, to));
        _spaces.Keep(listener);
        ushort port = listener.LocalPort();
        byte[] buffer = new byte[65_536];
        for (int connection = 0; connection < Connections; connection++)
        {
            KernelSocket client = _spaces.Left.Run(() =>
            {
                KernelSocket socket = KernelSocket.Create(SocketFamily.Inet, blocking: reads);
                if (sendBuffer is { } size)
                {
                    socket.SetSendBuffer(size);
                }

                socket.Connect(new IPEndPoint(to, port));
                return socket;
            });
            KernelSocket server = listener.Accept();
            _spaces.Keep(client);
            _spaces.Keep(server);
            if (!reads)
            {
                client.Write(bytes);
                continue;
            }

            var reader = new Thread(() =>
            {
                for (int read = 0; read < bytes;)
                {
                    read += (int)Libc.Read(server.Descriptor, buffer);
                }
            });
            reader.Start();
            client.Write(bytes);
            reader.Join();
        }

        return port;
    }

    private readonly record struct Measured(double Retransmission, uint MedianWindow, double? ReceiveWindow, double? SendBuffer);
}
