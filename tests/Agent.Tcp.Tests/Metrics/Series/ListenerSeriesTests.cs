using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Ports;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>Which listening ports have series, and for how long.</summary>
public sealed class ListenerSeriesTests
{
    private const int MaxPorts = 2;

    private readonly FiringTime _time = new();
    private readonly NamespaceGroups _groups;
    private readonly NamespaceSnapshot _host = SeriesReport.Host();

    public ListenerSeriesTests() =>
        _groups = new NamespaceGroups(10, group => new ListenerSeries(group, new PortAdmission(MaxPorts, _time)));

    [Fact]
    public void Report_EachPortAndFamily_HasASeries() =>
        Report((443, 1), (80, 2)).ShouldBe(["443 inet = 1", "80 inet = 2"]);

    [Fact]
    public void Report_BothFamiliesOfAPort_AreOnePortOfTheLimit()
    {
        _host.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 1, null);
        _host.Reading.Signals!.Listeners!.Add(SocketFamily.Inet6, 80, 2, null);
        _host.Reading.Signals!.Listeners!.Add(SocketFamily.Inet6, 81, 3, null);

        _groups.Points([_host]).ShouldBe(["80 inet = 1", "80 inet6 = 2", "81 inet6 = 3"]);
    }

    [Fact]
    public void Report_MoreThanTheLimit_TheLowestHaveSeriesAndTheRestIsSummed()
    {
        Report((8080, 4), (443, 1), (9000, 8), (80, 2)).ShouldBe(["443 inet = 1", "80 inet = 2", "other inet = 12"]);
    }

    [Fact]
    public void Report_APortThatHasASeries_KeepsItWhileItListens()
    {
        Report((443, 1), (8080, 4));
        Report((80, 9), (443, 1), (8080, 4)).ShouldBe(["443 inet = 1", "8080 inet = 4", "other inet = 9"]);
        Report((80, 9), (443, 1)).ShouldBe(["443 inet = 1", "80 inet = 9", "other inet = 0"], "its place is free now");
        Report().ShouldBe(["other inet = 0"], "a sum of the namespace stays while that lives");
    }

    [Fact]
    public void Report_WhatCouldNotBeRead_IsAbsentAndComesBackWithItsSeries()
    {
        Report((8080, 4), (9000, 8));
        _host.Reading.Begin(TcpSourceKind.Procfs);
        _host.Reading[SocketFamily.Inet6] = FamilyStatus.Read;
        _groups.Points([_host]).ShouldBeEmpty();

        Report((80, 1), (8080, 4), (9000, 8)).ShouldBe(["8080 inet = 4", "9000 inet = 8", "other inet = 1"]);
    }

    [Fact]
    public void Report_TheLimit_IsToldBySockDiagOnly()
    {
        _host.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 1, 128);
        _host.Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 81, 1, 64);
        _host.Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 81, 0, null);

        _groups.Points([_host], ListenerSeries.Limit).ShouldBe(["80 inet = 128"]);
        _groups.Points(ListenerSeries.Backlog).Count.ShouldBe(2);
    }

    [Fact]
    public void Report_EqualAttributes_AreSummedByPort()
    {
        NamespaceSnapshot first = SeriesReport.Pod("a", 2);
        NamespaceSnapshot second = SeriesReport.Pod("a", 3);
        first.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 1, 10);
        second.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 2, 20);

        _groups.Points([first, second]).ShouldBe(["a 80 inet = 3"]);
        _groups.Points(ListenerSeries.Limit).ShouldBe(["a 80 inet = 30"]);
        _groups.Points([second]).ShouldBe(["a 80 inet = 2"]);
    }

    [Fact]
    public void Report_AProgramThatListensOnAnotherPortEachTime_GetsFewSeriesAnHour()
    {
        int own = 0;
        for (int reading = 0; reading < 100; reading++)
        {
            own += Report((40_000 + reading, 1)).Count(point => !point.StartsWith("other", StringComparison.Ordinal));
        }

        own.ShouldBe(MaxPorts);
        Report((8080, 4)).Contains("8080 inet = 4", StringComparer.Ordinal).ShouldBeTrue("a port of the range that nobody gets by chance");
        _time.Advance(TimeSpan.FromHours(1));
        Report((50_000, 1)).Contains("50000 inet = 1", StringComparer.Ordinal).ShouldBeTrue();
    }

    [Fact]
    public void Report_Ports_AreTextAsOtherIs()
    {
        _host.Read().Reading.Signals!.Listeners!.Add(SocketFamily.Inet, 80, 1, null);
        _groups.Update([_host]);
        var buffer = new MeasurementBuffer<long>();
        _groups.Report(0, ListenerSeries.Backlog, buffer);

        buffer.Single().Tags[0].Value.ShouldBe("80");
    }

    private List<string> Report(params (int Port, long Backlog)[] listeners)
    {
        _host.Read();
        foreach ((int port, long backlog) in listeners)
        {
            _host.Reading.Signals!.Listeners!.Add(SocketFamily.Inet, (ushort)port, (ulong)backlog, null);
        }

        return _groups.Points([_host]);
    }
}
