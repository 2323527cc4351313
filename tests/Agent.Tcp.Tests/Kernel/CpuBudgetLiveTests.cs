using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>What reading costs the node, by the scheduler's account, against what it was allowed.</summary>
[Collection(LoadCollection.Name)]
public sealed class CpuBudgetLiveTests(ITestOutputHelper output)
{
    private const int Idle = 200;
    private const int BusySockets = 20_000;

    /// <summary>The last reading may overdraw; generous, for a loaded machine's caches.</summary>
    private static readonly TimeSpan Overdraft = TimeSpan.FromSeconds(0.1);

    [Fact]
    public void Read_200IdleNamespacesBesideABusyOne_StaysWithinTheDefaultBudget()
    {
        using NamespaceHerd herd = NamespaceHerd.CreateOrSkip(Idle, _ => (1, 0));
        using TestNamespace busy = TestNamespace.CreateOrSkip();
        using ResidentProcess resident = ResidentProcess.StartIn(busy);
        using StableSockets stable = StableSockets.Open(busy, BusySockets);
        var inodes = herd.Members.Select(member => member.Inode).ToHashSet();

        // CPU time is real in both; the first has its minutes pass as fast as readings do.
        var simulated = new FiringTime();
        Run("5 minutes simulated", simulated, TimeSpan.FromSeconds(5), 60, simulated.Advance, inodes);
        Run("20 s", TimeProvider.System, TimeSpan.FromSeconds(2), 10, Thread.Sleep, inodes);
    }

    private void Run(
        string name, TimeProvider time, TimeSpan interval, int collections, Action<TimeSpan> wait, HashSet<ulong> ours)
    {
        var options = new TcpInstrumentationOptions { Namespaces = NamespaceScope.All, PodLogs = "", ContainerLogs = "" };
        using var reader = new SnapshotReader(options, time);
        long start = time.GetTimestamp();
        int deferred = 0;
        TcpSnapshot snapshot = reader.Read();
        for (int collection = 1; collection < collections; collection++)
        {
            wait(interval);
            snapshot = reader.Read();
            deferred += (int)snapshot.Count(NamespaceStatus.Deferred);
        }

        wait(interval);
        TimeSpan elapsed = time.GetElapsedTime(start);
        TimeSpan allowed = elapsed * options.CpuBudget;
        NamespaceSnapshot[] read = [.. snapshot.Namespaces.Where(one => ours.Contains(one.Namespace.Inode) && one.Reading.HasResult)];
        output.WriteLine(
            $"{name}: {reader.CpuSpent.TotalMilliseconds:F0} ms of CPU in {elapsed.TotalSeconds:F0} s, "
            + $"{reader.CpuSpent / allowed:F2} of the budget; "
            + $"{snapshot.Namespaces.Count} namespaces, {read.Length} of ours read, {deferred / (collections - 1)} deferred each time, "
            + $"oldest {snapshot.OldestAge?.TotalSeconds:F0} s");
        reader.CpuSpent.ShouldBeLessThanOrEqualTo(allowed + Overdraft);
        read.ShouldNotBeEmpty();
        read.ShouldAllBe(one => one.Reading.Counts.Total == 1);
    }
}
