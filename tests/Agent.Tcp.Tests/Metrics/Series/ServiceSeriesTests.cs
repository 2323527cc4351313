using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Ports;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Groups.Sockets;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>The points of services and of ephemeral ports.</summary>
public sealed class ServiceSeriesTests
{
    private readonly Func<TcpNamespace, ISocketRows> _rows;
    private readonly NamespaceGroups _services = new(2, static group => new ServiceSeries(group));
    private readonly NamespaceGroups _ports = new(2, static group => new ClientPortSeries(group));
    private readonly NamespaceSnapshot _host;

    public ServiceSeriesTests()
    {
        var options = new TcpInstrumentationOptions();
        options.Metrics.Services = true;
        _rows = PortCounting.For(options, new FiringTime())!;
        _host = Create(NamespaceIdentity.Host, 1);
    }

    [Fact]
    public void Report_APortAndItsStates_AreThereWhileItHasSocketsOrAListener()
    {
        Read(_host, Row(TcpState.Listen, "0.0.0.0:80"), Row(TcpState.CloseWait, "10.0.0.1:80", "10.0.0.9:4000"));
        _services.Points([_host]).ShouldBe(["server 80 close_wait = 1", "server 80 listen = 1"]);

        Read(_host, Row(TcpState.Listen, "0.0.0.0:80"));
        _services.Points([_host]).ShouldBe(["server 80 close_wait = 0", "server 80 listen = 1"]);

        Read(_host);
        _services.Points([_host]).ShouldBeEmpty();
    }

    [Fact]
    public void Report_AFamilyFails_HasNoPointsAndThenTheSameSeries()
    {
        Read(_host, Row(TcpState.Listen, "0.0.0.0:80"));
        _services.Points([_host]).Count.ShouldBe(1);
        _ports.Points([_host]).ShouldBe(["= 0"]);

        _host.Reading.Begin(TcpSourceKind.Procfs);
        _host.Reading[SocketFamily.Inet] = FamilyStatus.Read;
        _host.Reading.End();
        _services.Points([_host]).ShouldBeEmpty();
        _ports.Points([_host]).ShouldBeEmpty();

        Read(_host, Row(TcpState.Listen, "0.0.0.0:80"));
        _services.Points([_host]).ShouldBe(["server 80 listen = 1"]);
    }

    [Fact]
    public void Report_NamespacesBeyondTheLimit_AreOther()
    {
        NamespaceSnapshot[] pods = [.. Enumerable.Range(0, 4).Select(pod => Create(new NamespaceIdentity(NamespaceKind.Pod, PodUid: $"{pod}"), pod + 2))];
        foreach (NamespaceSnapshot pod in pods)
        {
            Read(pod, Row(TcpState.Listen, "0.0.0.0:80"), Row(TcpState.Established, "10.0.0.1:4000", "10.0.0.2:443"));
        }

        _services.Points([_host, .. pods]).ShouldBe(
        [
            "0 client 443 established = 1", "0 server 80 listen = 1", "1 client 443 established = 1", "1 server 80 listen = 1",
            "other client other established = 2", "other server other listen = 2",
        ]);
        _ports.Points([_host, .. pods]).ShouldBe(["0 = 1", "1 = 1", "other = 1"]);
    }

    [Fact]
    public void Report_EqualAttributes_SumServicesAndTakeTheBusiestsPorts()
    {
        NamespaceSnapshot first = Create(new NamespaceIdentity(NamespaceKind.Pod, PodUid: "a"), 2);
        NamespaceSnapshot second = Create(new NamespaceIdentity(NamespaceKind.Pod, PodUid: "a"), 3);
        Read(first, Row(TcpState.Established, "10.0.0.1:4000", "10.0.0.2:443"));
        Read(second, Row(TcpState.Established, "10.0.0.1:4000", "10.0.0.2:443"), Row(TcpState.Established, "10.0.0.1:4001", "10.0.0.2:443"));

        _services.Points([first, second]).ShouldBe(["a client 443 established = 3"]);
        _ports.Points([first, second]).ShouldBe(["a = 2"]);
    }

    [Fact]
    public void Report_ThePortsOfAnotherNamespace_BeginWhenSomeAreUsed()
    {
        NamespaceSnapshot pod = Create(new NamespaceIdentity(NamespaceKind.Pod, PodUid: "a"), 2);
        Read(pod);
        _ports.Points([pod]).ShouldBeEmpty();
        Read(pod, Row(TcpState.Established, "10.0.0.1:4000", "10.0.0.2:443"));
        _ports.Points([pod]).ShouldBe(["a = 1"]);
        Read(pod);
        _ports.Points([pod]).ShouldBe(["a = 0"]);
        _ports.Points([pod], instrument: 1).ShouldBeEmpty("the range of /nowhere cannot be read");
    }

    private static void Read(NamespaceSnapshot one, params SocketRow[] rows)
    {
        one.Read();
        foreach (SocketRow row in rows)
        {
            one.Reading.Rows!.Add(in row);
        }

        one.Reading.End();
    }

    private NamespaceSnapshot Create(NamespaceIdentity identity, long id)
    {
        var space = new TcpNamespace("/nowhere", "1", identity, 0, id);
        return new NamespaceSnapshot(space, rows: _rows(space));
    }
}
