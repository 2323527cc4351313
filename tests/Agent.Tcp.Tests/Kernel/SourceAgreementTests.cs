using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>One quiet namespace with every state, read by every source.</summary>
public sealed class SourceAgreementTests
{
    [Fact]
    public void Read_QuietNamespace_SourcesAgreeStateByState()
    {
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using EverySocket sockets = EverySocket.MakeDistinct(space);
        using SocketWorkshop bound = Bound(space);

        foreach (string source in KernelSource.Names)
        {
            KernelSource reading = KernelSource.Read(source, space);

            reading.Reading.Counts.Describe().ShouldBe(sockets.Made.Describe(), source);
            reading.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read, source);
            reading.Reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Read, source);
            reading.Errors.ShouldBeEmpty(source);
        }
    }

    /// <summary>Asking for what only sock_diag sees changes nothing in what both see.</summary>
    [Fact]
    public void Read_BoundInactiveAskedFor_IsTheOnlyDifference()
    {
        BoundSocketTests.SkipUnlessKernelTells();
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using EverySocket sockets = EverySocket.MakeDistinct(space);
        using SocketWorkshop bound = Bound(space);
        string procfs = KernelSource.Read(KernelSource.Procfs, space).Reading.Counts.Describe();

        foreach (string source in KernelSource.SockDiagNames)
        {
            ConnectionCounts counts = KernelSource.Read(source, space, StateMask.WithBoundInactive).Reading.Counts;

            counts[TcpSocketKind.Ipv4Inet6, TcpState.BoundInactive].ShouldBe(1, source);
            counts.Set(TcpSocketKind.Ipv4Inet6, TcpState.BoundInactive, 0);
            counts.Describe().ShouldBe(procfs, source);
        }
    }

    private static SocketWorkshop Bound(TestNamespace space)
    {
        var bound = new SocketWorkshop(TcpSocketKind.Ipv4Inet6);
        space.Run(() => bound.Make(TcpState.BoundInactive));
        return bound;
    }
}
