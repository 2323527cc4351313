using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics;
using Agent.Tcp.Snapshots;
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
    private readonly ConnectionSeriesSet _series = new(Pods);
    private readonly NamespaceCounts _counts = new();
    private readonly MeasurementBuffer<long> _buffer = new();

    public NamespaceAllocationTests()
    {
        for (int pod = 10; pod < 10 + Pods; pod++)
        {
            // Every third is proven empty by its totals.
            int sockets = pod % 3 == 0 ? 0 : pod;
            _node.Start(pod).WriteEstablished(pod, sockets).Write(pod, "tcp6", "").WriteTotals(pod, sockets, 0, 0);
        }
    }

    public void Dispose() => _node.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(0.001)]
    public void Collect_FiftyNamespacesAtRest_AllocatesNothing(double budget)
    {
        using var reader = new SnapshotReader(new TcpInstrumentationOptions
        {
            ProcRoot = _node.Root,
            PodLogs = "",
            Namespaces = NamespaceScope.All,
            Source = TcpSource.Procfs,
            CpuBudget = budget,
        });
        long sum = 0;
        for (int warmUp = 0; warmUp < Collections; warmUp++)
        {
            sum = Collect(reader);
        }

        sum.ShouldBeGreaterThan(Pods);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int collection = 0; collection < Collections; collection++)
        {
            Collect(reader);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private long Collect(SnapshotReader reader)
    {
        TcpSnapshot snapshot = reader.Read();
        _buffer.TryRent().ShouldBeTrue();
        _series.Follow(snapshot.Namespaces);
        _series.Report(_buffer);
        _counts.Report(snapshot, _buffer);
        long sum = 0;
        foreach (Measurement<long> measurement in _buffer)
        {
            sum += measurement.Value;
        }

        return sum;
    }
}
