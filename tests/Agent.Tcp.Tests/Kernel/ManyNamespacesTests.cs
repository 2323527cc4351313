using System.Globalization;
using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// Real namespaces beside a busy one. Others on this machine have namespaces too: what is looked at is told by inode.
/// </summary>
[Collection(LoadCollection.Name)]
public sealed class ManyNamespacesTests(ITestOutputHelper output)
{
    private const int BusySockets = 20_000;

    /// <summary>Between two ends: a few happen in each snapshot.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void Read_AsAUserWithoutCapabilities_CountsWhatWasMadeInEach(int count)
    {
        using NamespaceHerd herd = NamespaceHerd.CreateOrSkip(count, index => (1 + (index % 3), index % 2));
        using TestNamespace busy = TestNamespace.CreateOrSkip();
        using ResidentProcess resident = ResidentProcess.StartIn(busy);
        using StableSockets stable = StableSockets.Open(busy, BusySockets);
        ulong busyInode = busy.ToTcpNamespace().Inode;

        // First as root, which also loads the code: the other user may not be allowed to open its files.
        ShouldBeWhatWasMade(Read(), herd, busyInode, stable);
        Dictionary<ulong, string> asUser = UnprivilegedThread.Run(Read);

        ShouldBeWhatWasMade(asUser, herd, busyInode, stable);
        output.WriteLine($"{asUser.Count} namespaces on the machine; of {count} and the busy one every count is exact");
    }

    [Fact]
    public async Task Read_NamespacesEndMeanwhile_AreWholeOrGoneWithoutAnError()
    {
        const int Count = 20;
        using NamespaceHerd herd = NamespaceHerd.CreateOrSkip(Count, _ => (2, 2));
        using var reader = new SnapshotReader(Options());
        Ours(reader.Read(), herd).ShouldBe(Count);

        Task killed = Task.Run(() =>
        {
            foreach (NamespaceHerd.Member member in herd.Members)
            {
                Thread.Sleep(Pause);
                member.End();
            }
        });
        var seen = new SortedSet<int>();
        Poll.Until(
            () =>
            {
                int left = Ours(reader.Read(), herd);
                seen.Add(left);
                return left == 0;
            },
            "all have gone");
        await killed;
        output.WriteLine($"snapshots of {string.Join(", ", seen.Reverse())} namespaces");
    }

    private static TcpInstrumentationOptions Options() => new()
    {
        Namespaces = NamespaceScope.All,
        PodLogs = "",
        ContainerLogs = "",
        CpuBudget = TcpInstrumentationOptions.MaxCpuBudget,
        CollectionTimeout = TimeSpan.FromMinutes(1),
        ReadTimeout = TimeSpan.FromMinutes(1),
    };

    private static Dictionary<ulong, string> Read()
    {
        using var reader = new SnapshotReader(Options());
        return reader.Read().Namespaces.ToDictionary(one => one.Namespace.Inode, one => one.Reading.Counts.Describe());
    }

    private static void ShouldBeWhatWasMade(
        Dictionary<ulong, string> found, NamespaceHerd herd, ulong busyInode, StableSockets stable)
    {
        foreach (NamespaceHerd.Member member in herd.Members)
        {
            found.ShouldContainKeyAndValue(member.Inode, member.Made.Describe());
        }

        found.ShouldContainKeyAndValue(busyInode, string.Create(
            CultureInfo.InvariantCulture, $"Ipv6Inet6/Established={stable.Count} Ipv6Inet6/Listen=1"));
    }

    /// <summary>How many of ours there are, each whole; nothing is said of their processes.</summary>
    private static int Ours(TcpSnapshot snapshot, NamespaceHerd herd)
    {
        var made = herd.Members.ToDictionary(member => member.Inode, member => member.Made.Describe());
        NamespaceSnapshot[] ours = [.. snapshot.Namespaces.Where(one => made.ContainsKey(one.Namespace.Inode))];
        ours.ShouldAllBe(one => one.Reading.Counts.Describe() == made[one.Namespace.Inode]);
        snapshot.Errors.ShouldAllBe(error => herd.Members.All(member =>
            !error.Path.StartsWith($"/proc/{member.Resident!.Id}/", StringComparison.Ordinal)));
        return ours.Length;
    }
}
