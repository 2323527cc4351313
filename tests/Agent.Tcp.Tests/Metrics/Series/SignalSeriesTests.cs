using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

public sealed class SignalSeriesTests
{
    private readonly NamespaceGroups _stalled = new(10, SignalSeries.Stalled);
    private readonly NamespaceGroups _queues = new(10, SignalSeries.Queues);
    private readonly NamespaceSnapshot _host = SeriesReport.Host();
    private readonly NamespaceSnapshot _pod = SeriesReport.Pod("a", 2);

    [Fact]
    public void Report_TheHost_HasBothAlsoWhen0()
    {
        _stalled.Points([_host.Read()]).ShouldBe(["retransmission = 0", "zero_window = 0"]);
        _queues.Points([_host]).ShouldBe(["receive = 0", "transmit = 0"]);
    }

    [Fact]
    public void Report_APod_FromWhenFirstSeenUntilItGoes()
    {
        _stalled.Points([_pod.Read()]).ShouldBeEmpty();
        _pod.Reading.Signals!.AddConnection(SocketFamily.Inet6, 5, 0, timer: 4, retransmits: 0);
        _stalled.Points([_pod]).ShouldBe(["a zero_window = 1"]);
        _queues.Points([_pod]).ShouldBe(["a transmit = 5"]);
        _stalled.Points([_pod.Read()]).ShouldBe(["a zero_window = 0"]);
        _stalled.Points([_host.Read()]).Count.ShouldBe(2);
    }

    [Fact]
    public void Report_OneFamilyFailed_IsAbsentNotASumOfTheOther()
    {
        _host.Read().Reading.Signals!.AddConnection(SocketFamily.Inet, 5, 0, timer: 1, retransmits: 1);
        _host.Reading[SocketFamily.Inet6] = FamilyStatus.Failed;
        _stalled.Points([_host]).ShouldBeEmpty();

        _host.Reading[SocketFamily.Inet6] = FamilyStatus.Unsupported;
        _stalled.Points([_host]).ShouldBe(["retransmission = 1", "zero_window = 0"], "a kernel without IPv6 has told all");
    }

    [Fact]
    public void Report_EqualAttributes_AreSummed()
    {
        NamespaceSnapshot nested = SeriesReport.Pod("a", 3).Read();
        nested.Reading.Signals!.AddConnection(SocketFamily.Inet, 5, 1, timer: 0, retransmits: 0);
        _pod.Read().Reading.Signals!.AddConnection(SocketFamily.Inet6, 7, 2, timer: 0, retransmits: 0);

        _queues.Points([_pod, nested]).ShouldBe(["a receive = 3", "a transmit = 12"]);
    }
}
