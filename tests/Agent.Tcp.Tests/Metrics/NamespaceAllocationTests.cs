using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics;
using Agent.Tcp.Metrics.Definitions;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Ports;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics;

/// <summary>A collection of a node on which nothing changes: find, read, count, measure.</summary>
public sealed class NamespaceAllocationTests : IDisposable
{
    private const int Pods = 50;
    private const int Collections = 100;

    private readonly PodNode _node = new();
    private readonly CounterTotals _totals = new();
    private readonly NamespaceCounts _counts = new();
    private readonly ConventionSeries _convention = new();
    private readonly MeasurementBuffer<long> _buffer = new();

    public NamespaceAllocationTests()
    {
        for (int pod = 10; pod < 10 + Pods; pod++)
        {
            // Every third is proven empty by its totals.
            int sockets = pod % 3 == 0 ? 0 : pod;
            _node.Start(pod)
                .Write(pod, "tcp", sockets == 0 ? ProcRows.Header4 + "\n" : ProcRows.Rows(sockets, 0x01) + SignalRows.OfEverySignal)
                .Write(pod, "tcp6", ProcRows.Header6 + "\n")
                .WriteTotals(pod, sockets, 0, 0)
                .Write(pod, "snmp", NetFiles.Snmp())
                .Write(pod, "netstat", NetFiles.Netstat());
        }
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(1, Pods)]
    [InlineData(0.001, Pods)]
    [InlineData(1, Pods / 5)]
    public void Collect_FiftyNamespacesAtRest_AllocatesNothing(double budget, int maxNamespaces)
    {
        var groups = new NamespaceGroups(
            maxNamespaces,
            static group => new ConnectionSeries(group.Attributes, group.IsHost),
            SignalSeries.Stalled,
            SignalSeries.Queues,
            static group => new ListenerSeries(group, new PortAdmission(2, TimeProvider.System)),
            group => new CounterSeries(group, _totals),
            static group => new ServiceSeries(group),
            static group => new ClientPortSeries(group));
        using var reader = new SnapshotReader(new TcpInstrumentationOptions
        {
            Metrics = { Services = true },
            ProcRoot = _node.Root,
            PodLogs = "",
            ContainerLogs = "",
            Namespaces = NamespaceScope.All,
            Source = TcpSource.Procfs,
            CpuBudget = budget,
        });
        long sum = 0;
        Allocations.InSteadyState(() => sum = Collect(reader, groups), warmUps: Collections, rounds: Collections).ShouldBe(0);
        sum.ShouldBeGreaterThan(Pods);
    }

    private long Collect(SnapshotReader reader, NamespaceGroups groups)
    {
        TcpSnapshot snapshot = reader.Read();
        _buffer.TryRent().ShouldBeTrue();
        groups.Update(snapshot.Namespaces);
        groups.Report(0, 0, _buffer);
        groups.Report(1, 0, _buffer);
        groups.Report(2, 0, _buffer);
        groups.Report(3, ListenerSeries.Backlog, _buffer);
        groups.Report(3, ListenerSeries.Limit, _buffer);
        for (int instrument = 0; instrument < CounterInstruments.All.Length; instrument++)
        {
            groups.Report(4, instrument, _buffer);
        }

        groups.Report(5, 0, _buffer);
        groups.Report(6, 0, _buffer);
        groups.Report(6, 1, _buffer);
        _counts.Report(snapshot, _buffer);
        _convention.Report(snapshot.Namespaces, _buffer);
        long sum = 0;
        foreach (Measurement<long> measurement in _buffer)
        {
            sum += measurement.Value;
        }

        return sum;
    }
}
