using System.Buffers.Binary;
using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Counting;

public sealed class InetDiagSignalsTests
{
    private readonly SocketSignals _signals = new(new TcpMetricGroups());

    [Fact]
    public void Add_Listeners_TellBacklogAndLimitAndAddUp()
    {
        Add(TcpState.Listen, port: 443, receive: 3, transmit: 128);
        Add(TcpState.Listen, port: 443, receive: 4, transmit: 256);

        Listener listener = _signals.Listeners![SocketFamily.Inet6].ShouldHaveSingleItem().Value;
        listener.Backlog.ShouldBe(7);
        listener.Limit.ShouldBe(384);
        _signals.Listeners[SocketFamily.Inet6].Keys.ShouldBe([443]);
        _signals[QueueDirection.Receive].ShouldBe(0);
    }

    [Fact]
    public void Add_Connections_TellQueuesAndStalls()
    {
        Add(TcpState.Established, receive: 10, transmit: 20, timer: 1, retransmits: 1);
        Add(TcpState.CloseWait, receive: 1, transmit: 2, timer: 4, retransmits: 7);
        Add(TcpState.SynReceived, timer: 1, retransmits: 0);
        Add(TcpState.TimeWait, timer: 3);
        Add(TcpState.BoundInactive, transmit: 4_000_000_000);

        _signals[QueueDirection.Receive].ShouldBe(11);
        _signals[QueueDirection.Transmit].ShouldBe(22);
        _signals[StallReason.Retransmission].ShouldBe(1);
        _signals[StallReason.ZeroWindow].ShouldBe(1);
    }

    private void Add(TcpState state, ushort port = 1, uint receive = 0, uint transmit = 0, byte timer = 0, byte retransmits = 0)
    {
        var message = new InetDiagMsg
        {
            idiag_timer = timer,
            idiag_retrans = retransmits,
            idiag_rqueue = receive,
            idiag_wqueue = transmit,
            id = new InetDiagSockId { idiag_sport = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port },
        };
        InetDiagSignals.Add(in message, SocketFamily.Inet6, state, _signals);
    }
}
