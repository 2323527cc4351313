using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

public sealed class ConventionSeriesTests
{
    private readonly ConventionSeries _series = new();

    [Fact]
    public void Report_SeveralNamespaces_AreSummedByTheConventionsStates()
    {
        NamespaceSnapshot host = SeriesReport.Host().Read();
        NamespaceSnapshot pod = SeriesReport.Pod("a", 2).Read();
        host.Reading.Counts.Add(TcpSocketKind.Ipv4Inet, 0x01);
        host.Reading.Counts.Add(TcpSocketKind.Ipv6Inet6, 0x01);
        pod.Reading.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x01);
        pod.Reading.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x0C);
        pod.Reading.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x0D);
        pod.Reading.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x07);

        Dictionary<string, long> points = Report(host, pod);

        points.Count.ShouldBe(11);
        points.Where(point => point.Value > 0).ToDictionary().ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal) { ["established"] = 3, ["syn_received"] = 1, ["closed"] = 2 },
            ignoreOrder: true);
    }

    [Fact]
    public void Report_NothingRead_IsAbsentNot0() => Report(SeriesReport.Host()).ShouldBeEmpty();

    /// <summary>5, 10 and 100 listeners, and one table that cannot be read: the sum is not 15.</summary>
    [Fact]
    public void Report_APartIsUnknown_IsAbsentNotShort()
    {
        NamespaceSnapshot[] all = [SeriesReport.Host(), SeriesReport.Pod("a", 2), SeriesReport.Pod("b", 3)];
        int[] listeners = [5, 10, 100];
        Read(all, listeners);
        Report(all)["listen"].ShouldBe(115);

        all[2].Reading.Begin(TcpSourceKind.Procfs);
        all[2].Reading[SocketFamily.Inet6] = FamilyStatus.Read;
        Report(all).ShouldBeEmpty();

        Read(all, listeners);
        Report(all)["listen"].ShouldBe(115);
        Report([.. all, SeriesReport.Pod("c", 4)]).ShouldBeEmpty("one was never read");
    }

    [Fact]
    public void Report_DeferredReadings_AreKnown()
    {
        NamespaceSnapshot pod = SeriesReport.Pod("a", 2);
        Read([pod], [3]);
        pod.Status = NamespaceStatus.Deferred;

        Report(SeriesReport.Host().Read(), pod)["listen"].ShouldBe(3);
    }

    [Fact]
    public void Report_AStateNobodyKnows_IsACustomValue()
    {
        NamespaceSnapshot host = SeriesReport.Host().Read();
        host.Reading.Counts.Add(TcpSocketKind.Ipv4Inet, 0x3F);

        Report(host)["unknown"].ShouldBe(1);
    }

    private static void Read(NamespaceSnapshot[] namespaces, int[] listeners)
    {
        foreach ((NamespaceSnapshot one, int count) in namespaces.Zip(listeners))
        {
            one.Read().Reading.Counts.Set(TcpSocketKind.Ipv4Inet, TcpState.Listen, count);
        }
    }

    private Dictionary<string, long> Report(params NamespaceSnapshot[] namespaces)
    {
        var buffer = new MeasurementBuffer<long>();
        _series.Report(namespaces, buffer);
        return buffer.ToDictionary(
            point =>
            {
                point.Tags.Length.ShouldBe(2);
                point.Tags[1].ShouldBe(new KeyValuePair<string, object?>("network.transport", "tcp"));
                return (string)point.Tags[0].Value!;
            },
            point => point.Value,
            StringComparer.Ordinal);
    }
}
