using Agent.Tcp.Metrics;
using Agent.Tcp.Snapshots;
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
        host.Counts.Add(TcpSocketKind.Ipv4Inet, 0x01);
        host.Counts.Add(TcpSocketKind.Ipv6Inet6, 0x01);
        pod.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x01);
        pod.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x0C);
        pod.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x0D);
        pod.Counts.Add(TcpSocketKind.Ipv4Inet6, 0x07);

        Dictionary<string, long> points = Report(host, pod);

        points.Count.ShouldBe(11);
        points.Where(point => point.Value > 0).ToDictionary().ShouldBe(
            new Dictionary<string, long>(StringComparer.Ordinal) { ["established"] = 3, ["syn_received"] = 1, ["closed"] = 2 },
            ignoreOrder: true);
    }

    [Fact]
    public void Report_NothingRead_IsAbsentNot0() => Report(SeriesReport.Host()).ShouldBeEmpty();

    [Fact]
    public void Report_AStateNobodyKnows_IsACustomValue()
    {
        NamespaceSnapshot host = SeriesReport.Host().Read();
        host.Counts.Add(TcpSocketKind.Ipv4Inet, 0x3F);

        Report(host)["unknown"].ShouldBe(1);
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
