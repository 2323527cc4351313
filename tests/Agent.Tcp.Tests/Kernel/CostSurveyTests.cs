using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.SockDiag.Foreign;
using Agent.Tcp.Tests.Support;
using Agent.Tcp.Totals;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What the survey says of real namespaces, and what becomes of them.</summary>
[Collection(LoadCollection.Name)]
public sealed class CostSurveyTests(ITestOutputHelper output)
{
    private const int Sharing = 60;
    private const int BusySockets = 20_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// CPU time is real, and minutes pass as fast as readings do. What readings cost on this machine, at this moment, is taken
    /// from the same readings: the test is of what follows from it.
    /// </summary>
    [Theory]
    [InlineData(6)]
    [InlineData(15)]
    public void Age_ABudgetForAPartOfARound_IsWhatReadingsReach(int collections)
    {
        using NamespaceHerd herd = NamespaceHerd.CreateOrSkip(Sharing, _ => (1, 0));
        using TestNamespace busy = TestNamespace.CreateOrSkip();
        using StableSockets stable = StableSockets.Open(busy, BusySockets);
        CostSurvey survey = Survey(out _);
        TimeSpan round = survey.Namespaces.Aggregate(TimeSpan.Zero, (sum, cost) => sum + cost.Cpu);
        double share = Math.Max(TcpInstrumentationOptions.MinCpuBudget, (survey.Always + survey.Counters.Snmp + survey.Counters.Netstat + (round / collections)) / Interval);

        var time = new FiringTime();
        using var reader = new SnapshotReader(Options(share), time);
        TimeSpan oldest = TimeSpan.Zero;
        TcpSnapshot snapshot = null!;
        for (int collection = 0; collection < collections * 6; collection++)
        {
            snapshot = reader.Read();
            oldest = collection > collections * 3 && snapshot.OldestAge > oldest ? snapshot.OldestAge.Value : oldest;
            time.Advance(Interval);
        }

        TimeSpan expected = CostSurvey.Of(snapshot, Options(share)).Age(share, Interval);
        output.WriteLine($"{round.TotalMilliseconds:F0} ms a round, {survey.Always.TotalMilliseconds:F1} ms each time: {expected.TotalSeconds:F0} s expected, {oldest.TotalSeconds:F0} s reached");
        // "At least", the doctor says: whatever else runs makes readings dearer than they were.
        oldest.ShouldBeInRange((expected * 2 / 3) - Interval, (expected * 2) + Interval);
    }

    [Fact]
    public void Of_NamespacesOfEitherKind_KnowsWhichShareTheNodesHash()
    {
        Assert.SkipUnless(NamespaceHashReader.IsInKernel == true, "Needs Linux 6.1 or later.");
        using var sharing = ForeignSpace.CreateOrSkip();
        sharing.Run(() => File.WriteAllText("/proc/sys/net/ipv4/tcp_child_ehash_entries", "1024"));
        using var own = ForeignSpace.CreateIn(sharing);
        Assert.SkipUnless(NamespaceHashReader.IsOwnShared, "Needs a namespace that shares the node's hash, which this process is in.");
        using var sockets = new Listeners(sharing, own);
        using TestNamespace busy = TestNamespace.CreateOrSkip();
        using StableSockets stable = StableSockets.Open(busy, BusySockets);

        NamespaceCost[] exact = Costs(sharing, own);
        exact.Select(cost => (cost.Hash, cost.IsJudged, cost.Rows)).ShouldBe([(WalkedHash.Shared, false, 1), (WalkedHash.Own, false, 1)]);

        NamespaceCost[] judged = OwnThread.Run(() =>
        {
            ThreadUser.Become();

            // The first reading by a way also takes the compiler's time.
            _ = Costs(sharing, own);
            return Costs(sharing, own);
        });
        judged.Select(cost => (cost.Hash, cost.IsJudged)).ShouldBe([(WalkedHash.Shared, true), (WalkedHash.Own, true)]);
    }

    private static NamespaceCost[] Costs(params ForeignSpace[] spaces)
    {
        CostSurvey survey = Survey(out TcpSnapshot snapshot);
        NamespaceSnapshot[] inTurn = [.. snapshot.Namespaces.Where(one => one.History.Cost is not null)];
        return [.. spaces.Select(space => survey.Namespaces[Array.FindIndex(inTurn, one => one.Namespace.Inode == space.Inode)])];
    }

    private static CostSurvey Survey(out TcpSnapshot snapshot)
    {
        TcpInstrumentationOptions options = Options(TcpInstrumentationOptions.MaxCpuBudget);
        using var reader = new SnapshotReader(options);
        snapshot = reader.Read();
        return CostSurvey.Of(snapshot, options);
    }

    private static TcpInstrumentationOptions Options(double budget) =>
        new() { Namespaces = NamespaceScope.All, PodLogs = "", ContainerLogs = "", CpuBudget = budget };

    /// <summary>One in each namespace: those without sockets need not be read.</summary>
    private sealed class Listeners : IDisposable
    {
        private readonly List<KernelSocket> _sockets = [];

        public Listeners(params ForeignSpace[] spaces)
        {
            foreach (ForeignSpace space in spaces)
            {
                space.Run(() => _sockets.Add(KernelSocket.Listen(SocketFamily.Inet, System.Net.IPAddress.Loopback)));
            }
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
    }
}
