using System.Diagnostics.Metrics;
using Agent.Tcp.Metrics.Series;
using Agent.Tcp.Namespaces.Identity;
using Agent.Tcp.Scheduling;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Metrics.Series;

/// <summary>When a series begins, when it is 0, and when it stops.</summary>
public sealed class NamespaceGroupsTests
{
    private readonly NamespaceGroups _groups = new(10, static group => new ConnectionSeries(group.Attributes, group.IsHost));
    private readonly TcpSnapshot _snapshot = new();
    private readonly NamespaceSnapshot _host = Create(new TcpNamespace("/proc", "1", NamespaceIdentity.Host, 1, 1));
    private readonly NamespaceSnapshot _pod = Create(Pod("a", id: 2));

    public NamespaceGroupsTests()
    {
        Read(_host, established: 0);
        _snapshot.Namespaces = [_host, _pod];
    }

    [Fact]
    public void Report_TheHost_HasElevenStatesOfEachFamilyThatWasRead()
    {
        Report().Count.ShouldBe(11);

        _host.Reading[SocketFamily.Inet6] = FamilyStatus.Read;
        Report().Count.ShouldBe(33);
    }

    [Fact]
    public void Report_NeverRead_IsAbsent() => OfPods().ShouldBeEmpty();

    [Fact]
    public void Report_ReadAndEmpty_IsAbsentUntilSomethingWasSeen()
    {
        Read(_pod, established: 0);
        OfPods().ShouldBeEmpty();

        Read(_pod, established: 2);
        OfPods().ShouldBe([("a", "established", 2)]);
    }

    [Fact]
    public void Report_OnceSeen_Is0UntilTheNamespaceGoes()
    {
        Read(_pod, established: 2);
        Report();
        Read(_pod, established: 0);
        for (int collection = 0; collection < 3; collection++)
        {
            OfPods().ShouldBe([("a", "established", 0)]);
        }

        _snapshot.Namespaces = [_host];
        OfPods().ShouldBeEmpty();
    }

    [Fact]
    public void Report_ADeferredOne_KeepsTheLastReading()
    {
        Read(_pod, established: 2);
        Report();
        _pod.Status = NamespaceStatus.Deferred;

        OfPods().ShouldBe([("a", "established", 2)]);
    }

    [Fact]
    public void Report_AFailedOne_IsAbsentNotZeroAndComesBack()
    {
        Read(_pod, established: 2);
        Report();
        _pod.Reading.Begin(TcpSourceKind.Procfs);
        _pod.Status = NamespaceStatus.Failed;
        OfPods().ShouldBeEmpty();

        Read(_pod, established: 0);
        OfPods().ShouldBe([("a", "established", 0)], "it was seen before");
    }

    [Fact]
    public void Report_EqualAttributes_AreSummedAndAbsentWhileAPartIsUnknown()
    {
        NamespaceSnapshot nested = Create(Pod("a", id: 3));
        _snapshot.Namespaces = [_host, _pod, nested];
        Read(_pod, established: 2);
        Read(nested, established: 3);
        OfPods().ShouldBe([("a", "established", 5)]);

        nested.Reading.Begin(TcpSourceKind.Procfs);
        OfPods().ShouldBeEmpty();

        Read(nested, established: 4);
        OfPods().ShouldBe([("a", "established", 6)]);
    }

    [Fact]
    public void Report_ItsNumberIsGivenAgain_TheSeriesBeginsAnew()
    {
        NamespaceSnapshot first = Create(new TcpNamespace("/proc", "10", NamespaceIdentity.Other, 4711, 10));
        NamespaceSnapshot second = Create(new TcpNamespace("/proc", "11", NamespaceIdentity.Other, 4711, 11));
        Read(first, established: 2);
        Read(second, established: 0);
        _snapshot.Namespaces = [_host, first];
        OfPods().ShouldBe([("4711", "established", 2)]);

        _snapshot.Namespaces = [_host, second];
        OfPods().ShouldBeEmpty();
    }

    [Fact]
    public void Report_AnotherRepresentative_GoesOnWithTheSeries()
    {
        Read(_pod, established: 2);
        Report();
        _pod.Namespace = _pod.Namespace with { Process = "77" };
        _snapshot.Namespaces = [_host, _pod];
        Read(_pod, established: 0);

        OfPods().ShouldBe([("a", "established", 0)]);
    }

    [Fact]
    public void Report_NewPoints_AreCountedOnce()
    {
        List<NamespaceSnapshot> both = [_host, _pod];
        Counts(both).ShouldBe((11, 11));
        Read(_pod, established: 2);
        Counts(both).ShouldBe((1, 12));
        Read(_pod, established: 0);
        Counts(both).ShouldBe((0, 12));
        Counts([_host]).ShouldBe((0, 11));
    }

    private static TcpNamespace Pod(string uid, long id) =>
        new("/proc", "10", new NamespaceIdentity(NamespaceKind.Pod, PodUid: uid), (ulong)id, id);

    private static NamespaceSnapshot Create(TcpNamespace space) => new(space);

    private static void Read(NamespaceSnapshot one, int established)
    {
        one.Reading.Begin(TcpSourceKind.Procfs);
        one.Reading[SocketFamily.Inet] = FamilyStatus.Read;
        one.Reading[SocketFamily.Inet6] = FamilyStatus.Unsupported;
        one.Status = NamespaceStatus.Read;
        for (int socket = 0; socket < established; socket++)
        {
            one.Reading.Counts.Add(TcpSocketKind.Ipv4Inet, (int)TcpState.Established);
        }
    }

    private List<Measurement<long>> Report()
    {
        var buffer = new MeasurementBuffer<long>();
        _groups.Update(_snapshot.Namespaces);
        _groups.Report(0, 0, buffer);
        return [.. buffer];
    }

    private (int Added, int Points) Counts(List<NamespaceSnapshot> namespaces)
    {
        _groups.Update(namespaces);
        return _groups.Report(0, 0, new MeasurementBuffer<long>());
    }

    /// <summary>The points that carry a namespace's attribute: its value, the state, the count.</summary>
    private List<(string? Space, string? State, long Count)> OfPods() =>
    [
        .. Report()
            .Where(point => point.Tags.Length > 3)
            .Select(point => (point.Tags[0].Value as string, point.Tags[1].Value as string, point.Value)),
    ];
}
