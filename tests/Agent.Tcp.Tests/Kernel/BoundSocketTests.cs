using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>
/// A socket that has a port but neither listens nor connects. It is in TCP_CLOSE but not in the table that the sources
/// list: only sock_diag, and only when it is asked for, finds it among the ports, as <c>bound_inactive</c>.
/// </summary>
public sealed class BoundSocketTests
{
    [Theory]
    [MemberData(nameof(KernelTheories.SourcesKinds), MemberType = typeof(KernelTheories))]
    public void Read_BoundSocketNotAskedFor_IsSeenByNoSourceNorBySs(string source, string kind)
    {
        Tool.SkipUnlessInstalled("ss", "iproute2");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using SocketWorkshop workshop = Bound(space, kind);

        KernelSource reading = KernelSource.Read(source, space);

        reading.Reading.Counts.Describe().ShouldBeEmpty();
        reading.Errors.ShouldBeEmpty();
        SsListing.Of(space).Describe().ShouldBeEmpty();
    }

    /// <summary>The other witness is missing: ss asks for these from iproute2 6.8 on, which Debian 12 does not have.</summary>
    [Theory]
    [MemberData(nameof(KernelTheories.SockDiagKinds), MemberType = typeof(KernelTheories))]
    public void Read_BoundSocketAskedFor_IsBoundInactiveAndNotClosed(string source, string kind)
    {
        SkipUnlessKernelTells();
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using SocketWorkshop workshop = Bound(space, kind);

        KernelSource reading = KernelSource.Read(source, space, StateMask.WithBoundInactive);

        reading.Reading.Counts.Describe().ShouldBe($"{kind}/BoundInactive=2");
        reading.Reading.Counts.Describe().ShouldBe(workshop.Made.Describe());
        reading.Errors.ShouldBeEmpty();
    }

    internal static void SkipUnlessKernelTells() =>
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 8), "Needs Linux 6.8 (TCPF_BOUND_INACTIVE).");

    private static SocketWorkshop Bound(TestNamespace space, string kind)
    {
        var workshop = new SocketWorkshop(Enum.Parse<TcpSocketKind>(kind));
        space.Run(() =>
        {
            workshop.Make(TcpState.BoundInactive);
            workshop.Make(TcpState.BoundInactive);
        });
        return workshop;
    }
}
