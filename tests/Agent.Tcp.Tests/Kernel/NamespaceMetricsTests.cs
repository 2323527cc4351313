using Agent.Tcp.Tests.Metrics;
using Agent.Tcp.Tests.Support;
using OpenTelemetry.Metrics;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.MeterHarness;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>From the kernel's own tables through the SDK to the exporter.</summary>
[Collection(MetersCollection.Name)]
public sealed class NamespaceMetricsTests
{
    [Theory]
    [InlineData(TcpSource.Auto)]
    [InlineData(TcpSource.Procfs)]
    [InlineData(TcpSource.SockDiag)]
    public void Connections_OfARealNamespace_AreWhatWasMade(TcpSource source)
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using EverySocket sockets = EverySocket.MakeDistinct(space);

        Dictionary<string, long> points = Collect(space, options => options.Source = source);

        points.ShouldBe(Expected(sockets.Made), ignoreOrder: true);
    }

    [Fact]
    public void Connections_BoundInactiveAskedFor_AreASeriesMore()
    {
        BoundSocketTests.SkipUnlessKernelTells();
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop(TcpSocketKind.Ipv6Inet6);
        space.Run(() => workshop.Make(TcpState.BoundInactive));

        Dictionary<string, long> points = Collect(space, options => options.BoundInactive = true);

        points[Tags("bound_inactive", "ipv6", "inet6")].ShouldBe(1);
        points.Values.Sum().ShouldBe(1);
    }

    /// <summary>The connections' points, with the namespace as the host's and as that of this process.</summary>
    private static Dictionary<string, long> Collect(TestNamespace space, Action<TcpInstrumentationOptions> configure)
    {
        using var root = new ProcRootView();
        root.Link("1", space.Directory);
        return space.Run(() =>
        {
            using MeterHarness meter = Public(options =>
            {
                options.ProcRoot = root.Path;
                options.Namespaces = NamespaceScope.Host;
                configure(options);
            });
            Dictionary<string, ExportedMetric> metrics = meter.Collect();
            ErrorsOf(metrics).ShouldBeEmpty();
            meter.Log.Lines.ShouldBeEmpty();
            return metrics[Connections].Points;
        });
    }

    /// <summary>The host's eleven states of each kind, also when 0.</summary>
    private static Dictionary<string, long> Expected(ConnectionCounts made) =>
        (from kind in Enum.GetValues<TcpSocketKind>()
         from state in SocketWorkshop.States.Append(TcpState.Closed)
         select KeyValuePair.Create(
             Tags(
                 TcpStates.MetricValue(state),
                 AddressFamilies.MetricValue(kind.Type()),
                 AddressFamilies.MetricValue(kind.Family())),
             made[kind, state])).ToDictionary(StringComparer.Ordinal);
}
