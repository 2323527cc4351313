using System.Text;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

/// <summary>What rows tell beside their state, by the fast judgement and by the careful parser.</summary>
public sealed class ProcNetTcpSignalsTests
{
    private const string Mapped = ProcRows.Mapped;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Feed_EverySignal_IsSummed(bool uncommon)
    {
        SocketSignals signals = Feed(SocketFamily.Inet, SignalRows.OfEverySignal, uncommon);

        signals[StallReason.Retransmission].ShouldBe(2);
        signals[StallReason.ZeroWindow].ShouldBe(1);
        signals[QueueDirection.Transmit].ShouldBe(300);
        signals[QueueDirection.Receive].ShouldBe(5, "a listener's is its backlog");
        Backlogs(signals, SocketFamily.Inet).ShouldBe([(80, 7, null), (8080, 1, null)]);
    }

    [Theory]
    [InlineData("a loss probe: nothing was sent again yet", 0x01, 1, 0, 0, 0)]
    [InlineData("a keepalive timer", 0x01, 2, 5, 0, 0)]
    [InlineData("TIME_WAIT's timer", 0x06, 3, 5, 0, 0)]
    [InlineData("a request that was answered again", 0x03, 1, 1, 1, 0)]
    [InlineData("a SYN that was sent again", 0x02, 1, 4, 1, 0)]
    [InlineData("a FIN that was sent again", 0x04, 1, 4, 1, 0)]
    [InlineData("a window that is closed", 0x08, 4, 0, 0, 1)]
    [InlineData("no timer, though it was retransmitted before", 0x01, 0, 3, 0, 0)]
    public void Feed_ByTimer_IsStalledOrNot(string name, int code, int timer, uint retransmits, int retransmission, int zeroWindow)
    {
        foreach (bool uncommon in (bool[])[false, true])
        {
            SocketSignals signals = Feed(
                SocketFamily.Inet, SignalRows.Row(0, code, timer: timer, retransmits: retransmits), uncommon);

            signals[StallReason.Retransmission].ShouldBe(retransmission, name);
            signals[StallReason.ZeroWindow].ShouldBe(zeroWindow, name);
        }
    }

    [Fact]
    public void Feed_ListenersOnOnePort_AddUp()
    {
        string rows = SignalRows.Row(0, 0x0A, receive: 3, port: 443, address: Mapped)
            + SignalRows.Row(1, 0x0A, receive: 4, port: 443, address: ProcRows.Any6)
            + SignalRows.Row(2, 0x0A, receive: 1, port: 65535, address: ProcRows.Any6);

        Backlogs(Feed(SocketFamily.Inet6, rows), SocketFamily.Inet6).ShouldBe([(443, 7, null), (65535, 1, null)]);
    }

    [Fact]
    public void Feed_ADifferenceMomentarilyBelow0_IsNoQueue() =>
        Feed(SocketFamily.Inet, SignalRows.Row(0, 0x01, transmit: 0xFFFFFFF0, receive: 9))[QueueDirection.Transmit].ShouldBe(0);

    [Fact]
    public void Feed_GroupsThatAreOff_AreNotFilled()
    {
        var groups = new TcpMetricGroups { Queues = false, Listeners = false };
        SocketSignals signals = Feed(SocketFamily.Inet, SignalRows.OfEverySignal, groups: groups);

        signals[StallReason.Retransmission].ShouldBe(2);
        signals[QueueDirection.Transmit].ShouldBe(0);
        signals.Listeners.ShouldBeNull();
        SocketSignals.For(new TcpMetricGroups { Stalled = false, Queues = false, Listeners = false }).ShouldBeNull();
    }

    [Fact]
    public void Clear_OneFamily_KeepsTheOther()
    {
        SocketSignals signals = Feed(SocketFamily.Inet, SignalRows.OfEverySignal);
        signals.AddConnection(SocketFamily.Inet6, 10, 20, timer: 4, retransmits: 0);
        signals.Listeners!.Add(SocketFamily.Inet6, 22, 1, 128);

        signals.Clear(SocketFamily.Inet);

        signals[StallReason.Retransmission].ShouldBe(0);
        signals[StallReason.ZeroWindow].ShouldBe(1);
        signals[QueueDirection.Transmit].ShouldBe(10);
        Backlogs(signals, SocketFamily.Inet).ShouldBeEmpty();
        Backlogs(signals, SocketFamily.Inet6).ShouldBe([(22, 1, 128)]);
    }

    private static IEnumerable<(int Port, long Backlog, long? Limit)> Backlogs(SocketSignals signals, SocketFamily family) =>
        signals.Listeners![family].OrderBy(one => one.Key).Select(one => (one.Key, one.Value.Backlog, one.Value.Limit));

    /// <summary>An uncommon row has a tab before its state, which only the careful parser takes.</summary>
    private static SocketSignals Feed(SocketFamily family, string rows, bool uncommon = false, TcpMetricGroups? groups = null)
    {
        var signals = new SocketSignals(groups ?? new TcpMetricGroups());
        var table = new ProcNetTcpTable(family, new ConnectionCounts(), signals);
        string text = uncommon ? string.Join('\n', rows.Split('\n').Select(row => row.Replace(": ", ":\t", StringComparison.Ordinal))) : rows;
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        table.Feed(bytes).ShouldBe(bytes.Length);
        table.MalformedRows.ShouldBe(0);
        return signals;
    }
}
