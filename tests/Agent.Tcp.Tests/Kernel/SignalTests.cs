using System.Net;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Each trouble brought about for real, in a network namespace of the test's own: every source tells what was made, and
/// what <c>ss -o</c> says.
/// </summary>
public sealed class SignalTests : IDisposable
{
    private const int Backlog = 3;

    private readonly TestNamespace _space = TestNamespace.CreateOrSkip();
    private readonly List<KernelSocket> _open = [];

    public SignalTests() => Tool.SkipUnlessInstalled("ss", "iproute2");

    public void Dispose()
    {
        _open.ForEach(socket => socket.Dispose());
        _space.Dispose();
    }

    [Theory]
    [MemberData(nameof(KernelTheories.ListingSourcesKinds), MemberType = typeof(KernelTheories))]
    public void Listener_ThatDoesNotAccept_FillsItsQueue(string source, string kind)
    {
        ushort port = _space.Run(() =>
        {
            KernelSocket listener = Keep(KernelSocket.Listen(Kind(kind).Family(), Loopback(kind), Backlog));
            MakeClients(kind, listener.LocalPort(), count: Backlog + 4);
            return listener.LocalPort();
        });

        // The kernel takes one more than the limit before it calls the queue full (sk_acceptq_is_full).
        SocketSignals signals = Settled(source, one => Listener(one, kind, port).Backlog == Backlog + 1);
        Listener(signals, kind, port).Limit.ShouldBe(IsProcfs(source) ? null : Backlog);
        SsSignals.Of(_space).Listeners[port].ShouldBe((Backlog + 1, Backlog));
    }

    [Theory]
    [MemberData(nameof(KernelTheories.ListingSourcesKinds), MemberType = typeof(KernelTheories))]
    public void Peer_ThatStopsReading_ClosesItsWindow(string source, string kind)
    {
        _space.Run(() =>
        {
            (KernelSocket client, _) = Connect(kind);
            for (int write = 0; write < 200; write++)
            {
                client.Write(64 * 1024);
            }
        });

        // A probe of the window may move bytes: what ss says before and after is of one moment only where it is the same.
        SocketSignals signals = null!;
        SsSignals ss = null!;
        Poll.Until(
            () =>
            {
                ss = SsSignals.Of(_space);
                signals = KernelSource.Read(source, _space).Reading.Signals!;
                SsSignals after = SsSignals.Of(_space);
                return signals[StallReason.ZeroWindow] == 1 && (ss.Receive, ss.Transmit) == (after.Receive, after.Transmit);
            },
            "the window is closed, and nothing moves");
        ss.ZeroWindow.ShouldBe(1);
        signals[StallReason.Retransmission].ShouldBe(0);
        signals[QueueDirection.Receive].ShouldBe(ss.Receive);
        signals[QueueDirection.Transmit].ShouldBe(ss.Transmit);
        ss.Receive.ShouldBeGreaterThan(0);
        ss.Transmit.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(KernelTheories.ListingSourcesKinds), MemberType = typeof(KernelTheories))]
    public void Peer_ThatDoesNotAnswer_IsRetransmittedTo(string source, string kind)
    {
        _space.Run(() =>
        {
            (KernelSocket client, KernelSocket server) = Connect(kind);
            SocketFilter.DropAll(server);
            client.Write(1000);
        });

        SocketSignals signals = Settled(source, one => one[StallReason.Retransmission] == 1);
        signals[StallReason.ZeroWindow].ShouldBe(0);
        signals[QueueDirection.Transmit].ShouldBe(1000);
        signals[QueueDirection.Receive].ShouldBe(0);
        SsSignals ss = SsSignals.Of(_space);
        ss.Retransmission.ShouldBe(1);
        ss.Transmit.ShouldBe(1000);
    }

    [Theory]
    [MemberData(nameof(KernelTheories.ListingSources), MemberType = typeof(KernelTheories))]
    public void Device_ThatGoesDown_MakesConnectionsStallUntilItIsUp(string source)
    {
        (KernelSocket client, _) = _space.Run(() => Connect(nameof(TcpSocketKind.Ipv4Inet)));
        Tool.Run("nsenter", $"--net={_space.File}", "ip", "link", "set", "lo", "down");
        client.Write(500);

        Settled(source, one => one[StallReason.Retransmission] == 1)[QueueDirection.Transmit].ShouldBe(500);
        SsSignals.Of(_space).Retransmission.ShouldBe(1);

        Tool.Run("nsenter", $"--net={_space.File}", "ip", "link", "set", "lo", "up");
        SocketSignals after = Settled(source, one => one[StallReason.Retransmission] == 0);
        after[QueueDirection.Transmit].ShouldBe(0);
        after[QueueDirection.Receive].ShouldBe(500, "it has come and is not read");
    }

    [Theory]
    [MemberData(nameof(KernelTheories.ListingSources), MemberType = typeof(KernelTheories))]
    public void SynAck_ThatIsNotAnswered_IsAStallOfTheRequest(string source)
    {
        using var workshop = new SocketWorkshop(TcpSocketKind.Ipv4Inet);
        _space.Run(() => workshop.Make(TcpState.SynReceived));

        Settled(source, one => one[StallReason.Retransmission] == 1);
    }

    private static TcpSocketKind Kind(string kind) => Enum.Parse<TcpSocketKind>(kind);

    private static IPAddress Loopback(string kind) => Kind(kind) switch
    {
        TcpSocketKind.Ipv4Inet => IPAddress.Loopback,
        TcpSocketKind.Ipv4Inet6 => IPAddress.Loopback.MapToIPv6(),
        _ => IPAddress.IPv6Loopback,
    };

    private static bool IsProcfs(string source) => string.Equals(source, KernelSource.Procfs, StringComparison.Ordinal);

    private static Listener Listener(SocketSignals signals, string kind, ushort port) =>
        signals.Listeners![Kind(kind).Family()].GetValueOrDefault(port);

    /// <summary>Reads until it is as expected, and then once more: the last reading.</summary>
    private SocketSignals Settled(string source, Func<SocketSignals, bool> holds)
    {
        SocketSignals Read() => KernelSource.Read(source, _space).Reading.Signals!;
        Poll.Until(() => holds(Read()), "the source tells of it");
        return Read();
    }

    private void MakeClients(string kind, ushort port, int count)
    {
        for (int client = 0; client < count; client++)
        {
            Keep(KernelSocket.Create(Kind(kind).Family(), blocking: false)).Connect(new IPEndPoint(Loopback(kind), port));
        }
    }

    private (KernelSocket Client, KernelSocket Server) Connect(string kind)
    {
        using KernelSocket listener = KernelSocket.Listen(Kind(kind).Family(), Loopback(kind));
        KernelSocket client = Keep(KernelSocket.Create(Kind(kind).Family(), blocking: false));
        client.Connect(new IPEndPoint(Loopback(kind), listener.LocalPort()));
        KernelSocket server = Keep(listener.Accept());
        listener.StopListening();
        return (client, server);
    }

    private KernelSocket Keep(KernelSocket socket)
    {
        _open.Add(socket);
        return socket;
    }
}
