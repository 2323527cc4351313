using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Namespaces.PodNames;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>Names of pods from the directories of their logs.</summary>
public sealed class NamespaceNameTests : IDisposable
{
    private readonly FakeProc _proc = new();
    private readonly DirectoryInfo _logs = Directory.CreateTempSubdirectory("agent-pods-");
    private readonly FiringTime _time = new();
    private readonly PodLogDirectory _names;
    private readonly PodNameSource _source;
    private readonly NamespaceDiscovery _discovery;

    public NamespaceNameTests()
    {
        _names = new PodLogDirectory(_logs.FullName, PodLogName.TryParse, _time);
        _source = new PodNameSource(_names, null, NullLogger.Instance);
        _discovery = new NamespaceDiscovery(_proc.Root, _source);
    }

    public void Dispose()
    {
        _proc.Dispose();
        _logs.Delete(recursive: true);
    }

    [Fact]
    public void Refresh_PodsWithLogs_HaveNamesAfterOneListing()
    {
        AddLogs(1, "web-0");
        AddLogs(2, "web-1");
        _proc.Start(10, "a", Cgroups.Pod(1)).Start(20, "b", Cgroups.Pod(2));

        IReadOnlyList<TcpNamespace> found = _discovery.Refresh();

        found[1].Identity.ShouldBe(new NamespaceIdentity(NamespaceKind.Pod, Cgroups.Uid(1), "web-0", "shop"));
        found[2].Identity.ShouldBe(new NamespaceIdentity(NamespaceKind.Pod, Cgroups.Uid(2), "web-1", "shop"));
        _names.Listings.ShouldBe(1);
        _discovery.Refresh().ShouldBeSameAs(found);
        _names.Listings.ShouldBe(1);
    }

    [Fact]
    public void Refresh_NameLearnedLater_IsTheSameNamespaceWithMoreAttributes()
    {
        _proc.Start(10, "a", Cgroups.Pod(1));
        TcpNamespace before = _discovery.Refresh()[1];
        before.Attributes.Length.ShouldBe(1);
        AddLogs(1, "web-0");
        _time.Advance(PodLogDirectory.RetryInterval);

        TcpNamespace after = _discovery.Refresh()[1];

        after.Id.ShouldBe(before.Id);
        after.Attributes.Length.ShouldBe(3);
    }

    [Fact]
    public void Refresh_RepresentativeEnds_KeepsTheNameWithoutListing()
    {
        AddLogs(1, "web-0");
        _proc.Start(10, "a", Cgroups.Pod(1)).Start(11, "a", Cgroups.Pod(1));
        TcpNamespace before = _discovery.Refresh()[1];
        _proc.End(10);
        _time.Advance(TimeSpan.FromDays(1));

        TcpNamespace after = _discovery.Refresh()[1];

        after.Process.ShouldBe("11");
        after.Identity.ShouldBe(before.Identity);
        _names.Listings.ShouldBe(1);
    }

    [Fact]
    public void Refresh_PodGoes_ItsNameIsForgotten()
    {
        AddLogs(1, "web-0");
        _proc.Start(10, "a", Cgroups.Pod(1));
        _discovery.Refresh();
        _proc.End(10);

        _discovery.Refresh();

        _source.Find(Cgroups.Uid(1)).ShouldBeNull();
    }

    [Fact]
    public void Refresh_NoPods_NeverLists()
    {
        _proc.Start(10, "a").Start(20, FakeProc.Host, Cgroups.Pod(1));

        _discovery.Refresh();

        _names.Listings.ShouldBe(0);
    }

    private void AddLogs(int pod, string name) => _logs.CreateSubdirectory($"shop_{name}_{Cgroups.Uid(pod)}");
}
