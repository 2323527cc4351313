using Agent.Tcp.Namespaces;
using Agent.Tcp.Namespaces.Discovery;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Namespaces.Discovery;

/// <summary>What a refresh costs, in looks and bytes: those are the same on every machine.</summary>
public sealed class DiscoveryCostTests : IDisposable
{
    private const int HostProcesses = 3000;
    private const int Pods = 50;

    private readonly FakeProc _proc = new();
    private readonly NamespaceDiscovery _discovery;

    public DiscoveryCostTests()
    {
        for (int process = 0; process < HostProcesses; process++)
        {
            _proc.Start(10_000 + process, FakeProc.Host);
        }

        for (int pod = 0; pod < Pods; pod++)
        {
            _proc.Start(20_000 + (2 * pod), $"pod{pod}", Cgroups.Pod(pod), start: pod)
                .Start(20_001 + (2 * pod), $"pod{pod}", Cgroups.Pod(pod, 2), start: 5000 + pod);
        }

        _discovery = new NamespaceDiscovery(_proc.Root);
    }

    private static int Processes => 1 + HostProcesses + (2 * Pods);

    private static int Rotation => Math.Max(ProcessScan.RotationLeast, Processes / ProcessScan.RotationShare);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Refresh_First_LooksAtEachProcessAndExaminesOnlyThePods()
    {
        _discovery.Refresh().Count.ShouldBe(1 + Pods);

        _discovery.Status.Looks.ShouldBe(Processes + (2 * Pods));
    }

    [Fact]
    public void Refresh_Steady_LooksAtRepresentativesAndAFew()
    {
        _discovery.Refresh();
        _discovery.Refresh();

        for (int refresh = 0; refresh < 2 * ProcessScan.RotationShare; refresh++)
        {
            _discovery.Refresh();
            _discovery.Status.Looks.ShouldBeLessThanOrEqualTo(1 + Pods + Rotation);
        }
    }

    [Fact]
    public void Refresh_RepresentativeEnds_LooksAtNoMoreThanItsOwn()
    {
        _discovery.Refresh();
        _discovery.Refresh();
        _proc.End(20_000);

        TcpNamespace pod = _discovery.Refresh()[1];

        pod.Process.ShouldBe("20001");
        _discovery.Status.Looks.ShouldBeLessThanOrEqualTo(1 + Pods + Rotation + 1);
    }

    [Fact]
    public void Refresh_Steady_AllocatesNothing() => Allocations.InSteadyState(
        () => _discovery.Refresh(), warmUps: 2 * ProcessScan.RotationShare, rounds: ProcessScan.RotationShare).ShouldBe(0);
}
