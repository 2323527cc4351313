using Agent.Tcp.Procfs;
using Agent.Tcp.Snapshots;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>Loads that would disturb, and be disturbed by, other tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LoadTests
{
    public const string Name = "load";
}

/// <summary>
/// Tables that grow while they are read. A reader that goes to the end of file starts over when the table has grown by
/// a row during its last read, and lists sockets twice; one that stops at the first short page does not.
/// </summary>
[Collection(LoadTests.Name)]
public sealed class ChurnTests(ITestOutputHelper output)
{
    private const int StableCount = 20_000;
    private const int PerSecond = 5_000;

    /// <summary>What a snapshot may miss or repeat of the stable sockets: 0.1 %.</summary>
    private const int Tolerance = StableCount / 1000;

    private const int MostSnapshots = 60;

    private static readonly TimeSpan LongestChurn = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWalk = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestSnapshots = TimeSpan.FromSeconds(10);

    [Fact]
    public void Read_TableGrowsMeanwhile_StableSocketsAreCountedOnce()
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using StableSockets stable = StableSockets.Open(space, StableCount);
        using Churn churn = Churn.Start(space, PerSecond, LongestChurn);
        var walk = new TableWalk(space.ToTcpNamespace().Tcp, stable.Port);
        output.WriteLine($"to the first short page: {walk.Read(untilEndOfFile: false, LongestWalk)}");
        output.WriteLine($"to the end of file:      {walk.Read(untilEndOfFile: true, LongestWalk)}");

        List<long> counts = Snapshots(space);
        output.WriteLine($"the library, {counts.Count} snapshots: {string.Join(' ', counts)}");
        output.WriteLine($"churn: {churn.Connections} connections, {churn.Rate():F0}/s");
        churn.Stop();
        churn.Connections.ShouldBeGreaterThan(StableCount / 10, "too little churn to prove anything");
        counts.ShouldAllBe(count => count >= StableCount - Tolerance && count <= StableCount + Tolerance + churn.MaxInFlight);
    }

    private static List<long> Snapshots(TestNamespace space)
    {
        var counts = new List<long>();
        long start = TimeProvider.System.GetTimestamp();
        while (counts.Count < MostSnapshots && TimeProvider.System.GetElapsedTime(start) < LongestSnapshots)
        {
            counts.Add(Established(space));
        }

        return counts;
    }

    /// <summary>The library's count of ESTABLISHED: the stable sockets and at most the churn's few in flight.</summary>
    private static long Established(TestNamespace space)
    {
        KernelSource.Reading reading = KernelSource.Read(nameof(TcpSourceKind.Procfs), space);
        reading.Errors.ShouldBeEmpty();
        return reading.Snapshot.Counts[TcpSocketKind.Ipv4Inet, TcpState.Established];
    }
}
