using Agent.Tcp.Procfs;
using Agent.Tcp.Scheduling;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.Tests.Kernel;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>Other namespaces, counted by their own totals.</summary>
public sealed class ForeignCountingTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public void Read_ByTotals_CountsOtherNamespacesAsListingDoes()
    {
        using ForeignSpace full = ForeignSpace.CreateOrSkip();
        using ForeignSpace empty = ForeignSpace.CreateOrSkip();
        var workshops = new List<SocketWorkshop>();
        full.Run(() => MakeSockets(workshops));
        using SourceSelector counting = Selector(TcpCounting.Totals);
        using SourceSelector listing = Selector(TcpCounting.List);
        Poll.Until(
            () => !Read(listing, full.Space()).Counts.Describe().Contains("FinWait1", StringComparison.Ordinal),
            "the peers have acknowledged");

        foreach (ForeignSpace one in new[] { full, empty, full })
        {
            Reading counted = Read(counting, one.Space());

            counted.IsCounted.ShouldBeTrue("it was listed after all");
            counted.Counts.Describe().ShouldBe(Read(listing, one.Space()).Counts.Describe());
        }

        counting.ForeignAccess.ShouldBe(ForeignAccess.SockDiag);
        workshops.ForEach(workshop => workshop.Dispose());
    }

    private static void MakeSockets(List<SocketWorkshop> workshops)
    {
        foreach (TcpSocketKind kind in Enum.GetValues<TcpSocketKind>())
        {
            var workshop = new SocketWorkshop(kind);
            workshops.Add(workshop);
            workshop.Make(TcpState.Listen);
            workshop.Make(TcpState.Established);
            workshop.Make(TcpState.TimeWait);
            workshop.MakeOrphanedFinWait2();
        }
    }

    private static Reading Read(SourceSelector selector, TcpNamespace space)
    {
        var reading = new Reading();
        selector.Read(space, default, reading);
        reading.Errors.ShouldBeEmpty();
        return reading;
    }

    private static SourceSelector Selector(TcpCounting counting)
    {
        var transport = new NetlinkTransport();
        var reader = new SockDiagReader(transport, TimeProvider.System, Timeout);
        var totals = new TotalsCounter(reader, counting, StateMask.Procfs);
        return new SourceSelector(
            TcpSource.SockDiag,
            new ProcfsSource(new ProcNetTcpReader(TimeProvider.System, Timeout)),
            new SockDiagSource(transport, reader, new OwnNamespace("/proc"), StateMask.Procfs, totals),
            new SourceLog(NullLogger.Instance),
            TimeProvider.System,
            ForeignSockDiag.Create("/proc", reader, StateMask.Procfs, TimeProvider.System, totals));
    }
}
