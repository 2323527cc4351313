using Agent.Tcp.SockDiag.Counting;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Loads that would disturb, and be disturbed by, other tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LoadCollection
{
    public const string Name = "load";
}

/// <summary>
/// A table that grows while it is read. A reader that goes to the end of file starts over when the table has grown by
/// a row during its last read, and lists sockets twice; the library's sources do not.
/// </summary>
[Collection(LoadCollection.Name)]
public sealed class LoadTests(ITestOutputHelper output)
{
    private const int StableCount = 20_000;
    private const int PerSecond = 20_000;

    /// <summary>What a snapshot by procfs may miss or repeat of the stable sockets: 0.1 %.</summary>
    private const int ProcfsTolerance = StableCount / 1000;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CatDeadline = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    [Fact]
    public void Read_ShortConnectionsBesideStableOnes_StableOnesAreCountedExactly()
    {
        Tool.SkipUnlessInstalled("nsenter", "util-linux");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using StableSockets stable = StableSockets.Open(space, StableCount);
        using NodeExporter? exporter = NodeExporter.Start(space);
        var counts = new SortedDictionary<string, List<long>>(StringComparer.Ordinal);
        var established = new SortedDictionary<string, List<long>>(StringComparer.Ordinal);
        using Churn churn = Churn.Start(space, PerSecond, Duration, threads: 2);

        Snapshots(space, counts, established, until: () => churn.Elapsed > Duration / 3);
        output.WriteLine($"cat /proc/net/tcp6: {CatListing.Of(space, stable.Port, CatDeadline)}");
        output.WriteLine($"node_exporter's tcpstat: {exporter?.Scrape("established", "time_wait") ?? NodeExporter.Missing}");
        Snapshots(space, counts, established, until: () => !churn.IsRunning);
        churn.Join();

        output.WriteLine($"{churn.Connections} connections, {churn.Connections / Duration.TotalSeconds:F0}/s");
        foreach ((string source, List<long> each) in counts)
        {
            output.WriteLine($"{source}, {each.Count} snapshots: {Histogram(each)}");
        }

        List<long> differences = [.. established[KernelSource.SockDiag].Zip(
            established[KernelSource.SockDiagTotals], (listed, counted) => counted - listed)];
        output.WriteLine($"all established, counted less listed just before: {Histogram(differences)}");
        differences.ShouldAllBe(difference => Math.Abs(difference) <= EstablishedCount.Bound(stable.Count));

        churn.Connections.ShouldBeGreaterThan(StableCount, "too little churn to prove anything");
        counts[KernelSource.SockDiag].ShouldAllBe(count => count == stable.Count);
        counts[KernelSource.SockDiagByFamily].ShouldAllBe(count => count == stable.Count);
        counts[KernelSource.SockDiagTotals].ShouldAllBe(count => Math.Abs(count - stable.Count) <= EstablishedCount.Bound(stable.Count));
        counts[KernelSource.Procfs].ShouldAllBe(count => Math.Abs(count - stable.Count) <= ProcfsTolerance);
    }

    private static void Snapshots(
        TestNamespace space,
        SortedDictionary<string, List<long>> counts,
        SortedDictionary<string, List<long>> established,
        Func<bool> until)
    {
        while (!until())
        {
            foreach (string source in KernelSource.Names)
            {
                KernelSource reading = KernelSource.Read(source, space);
                reading.Errors.ShouldBeEmpty();
                counts.TryAdd(source, []);
                counts[source].Add(reading.Reading.Counts[TcpSocketKind.Ipv6Inet6, TcpState.Established]);
                established.TryAdd(source, []);
                established[source].Add(
                    Enum.GetValues<TcpSocketKind>().Sum(kind => reading.Reading.Counts[kind, TcpState.Established]));
            }

            Thread.Sleep(Pause);
        }
    }

    private static string Histogram(List<long> counts) => string.Join(
        ", ",
        counts.CountBy(count => count).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} of {pair.Key}"));
}
