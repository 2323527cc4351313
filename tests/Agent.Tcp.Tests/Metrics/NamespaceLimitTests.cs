using Agent.Tcp.Tests.Namespaces.Discovery;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>More namespaces than may have series of their own. Pod n has n established connections.</summary>
[Collection(MetersCollection.Name)]
public sealed class NamespaceLimitTests : IDisposable
{
    private const int Limit = 3;
    private const int HostSockets = 7;
    private const int BeyondLimitEvent = 6;
    private const int WithinLimitEvent = 7;

    private readonly PodNode _node = new();
    private readonly FiringTime _time = new();
    private readonly MeterHarness _meter;

    public NamespaceLimitTests()
    {
        _node.WriteEstablished(1, HostSockets);
        foreach (int pod in (int[])[11, 12, 13, 14, 15])
        {
            _node.Start(pod).WriteEstablished(pod, pod);
        }

        var options = new TcpInstrumentationOptions
        {
            ProcRoot = _node.Root,
            PodLogs = "",
            ContainerLogs = "",
            Namespaces = NamespaceScope.All,
            Source = TcpSource.Procfs,
            CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
            MaxNamespaces = Limit,
        };
        _meter = Of(options, _time, out _);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _node.Dispose();
    }

    [Fact]
    public void Connections_BeyondTheLimit_AreSummedIntoOneAndNothingIsDropped()
    {
        for (int collection = 1; collection <= 3; collection++)
        {
            Dictionary<string, ExportedMetric> metrics = Collect();

            Established(metrics).ShouldBe(
                [(Host, HostSockets), (Pod(11), 11), (Pod(12), 12), (Pod(13), 13), (Other, 14 + 15)], ignoreOrder: true);
            metrics["tcp.agent.namespaces"].Points["tcp.agent.namespace.status=read"].ShouldBe(6);
            metrics[Errors].Points["error.type=namespace_limit"].ShouldBe(collection);
        }

        LogLine line = _meter.Log.Lines.ShouldHaveSingleItem();
        line.EventId.ShouldBe(BeyondLimitEvent);
        line.Message.ShouldContain("Tcp:MaxNamespaces");
        line.Message.ShouldContain("2 are summed");
    }

    [Fact]
    public void Connections_OthersGo_ThoseBeyondGetSeriesOfTheirOwn()
    {
        Collect();
        _node.End(12);

        Established(Collect()).ShouldBe(
            [(Host, HostSockets), (Pod(11), 11), (Pod(13), 13), (Pod(14), 14), (Other, 15)], ignoreOrder: true);

        _node.End(11);
        Dictionary<string, ExportedMetric> metrics = Collect();
        Established(metrics).ShouldBe(
            [(Host, HostSockets), (Pod(13), 13), (Pod(14), 14), (Pod(15), 15)], ignoreOrder: true);
        metrics[Errors].Points["error.type=namespace_limit"].ShouldBe(2, "counted only while there are too many");
        _meter.Log.Lines.Select(line => line.EventId).ShouldBe([BeyondLimitEvent, WithinLimitEvent]);
    }

    [Fact]
    public void Connections_ANewcomerToAFullNode_TakesNobodysSeries()
    {
        Collect();
        _node.Start(2).WriteEstablished(2, 2);

        Established(Collect()).ShouldBe(
            [(Host, HostSockets), (Pod(11), 11), (Pod(12), 12), (Pod(13), 13), (Other, 2 + 14 + 15)], ignoreOrder: true);
    }

    [Fact]
    public void Connections_TwoNamespacesOfOnePod_AreOneSeriesAndOneOfTheLimit()
    {
        _node.End(14).End(15).End(13);
        _node.Start(20, "nested", Cgroups.Pod(11, container: 2)).WriteEstablished(20, 100);
        _node.Start(21, "other", Cgroups.Pod(21)).WriteEstablished(21, 21);

        Established(Collect()).ShouldBe(
            [(Host, HostSockets), (Pod(11), 111), (Pod(12), 12), (Pod(21), 21)], ignoreOrder: true);
        _meter.Log.Lines.ShouldBeEmpty();

        _node.End(11);
        Established(Collect()).ShouldBe(
            [(Host, HostSockets), (Pod(11), 100), (Pod(12), 12), (Pod(21), 21)], ignoreOrder: true);
    }

    private const string Host = "";
    private const string Other = "linux.netns.inode=other ";

    private static string Pod(int pod) => $"k8s.pod.uid={Cgroups.Uid(pod)} ";

    private Dictionary<string, ExportedMetric> Collect()
    {
        Dictionary<string, ExportedMetric> metrics = _meter.Collect();
        _time.Advance(TimeSpan.FromSeconds(10));
        return metrics;
    }

    /// <summary>The namespaces' attributes and their established connections, those of 0 aside.</summary>
    private static IEnumerable<(string Space, long Count)> Established(Dictionary<string, ExportedMetric> metrics)
    {
        string tags = Tags("established", "ipv4", "inet");
        return metrics[Connections].Points
            .Where(point => point.Value > 0)
            .Select(point =>
            {
                point.Key.ShouldEndWith(tags);
                return (point.Key[..^tags.Length], point.Value);
            });
    }
}
