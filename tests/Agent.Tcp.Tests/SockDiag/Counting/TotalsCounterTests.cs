using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Counting;

/// <summary>When a namespace is counted, and when it is listed.</summary>
public sealed class TotalsCounterTests
{
    private const long Many = TotalsCounter.WorthCounting;

    [Theory]
    [InlineData(Many, 0, 0, Many, true)]
    [InlineData(Many - 1, 0, 0, Many, false)]
    [InlineData(Many, 0, 0, Many - 1, false)]
    [InlineData(0, 0, Many, Many, true)]
    [InlineData(0, Many, 0, Many, true)]
    [InlineData(0, Many / 2, Many / 2, Many, false)]
    [InlineData(Many / 2, Many / 2, 1, Many, true)]
    public void IsWorthIt_Auto_ByTheLastReadingAndTheTotals(long inet, long mapped, long ipv6, long total, bool expected)
    {
        var memory = new CountingMemory();
        memory.Note(Read(inet, mapped, ipv6));

        TotalsCounter.IsWorthIt(TcpCounting.Auto, new SocketTotals(0, 0, total), memory).ShouldBe(expected);
    }

    [Fact]
    public void IsWorthIt_NeverReadBefore_IsByTheTotalThatCannotBeMapped()
    {
        var memory = new CountingMemory();
        memory.Note(new Reading());
        TotalsCounter.IsWorthIt(TcpCounting.Auto, new SocketTotals(Many, 0, 0), memory).ShouldBeTrue();
        TotalsCounter.IsWorthIt(TcpCounting.Auto, new SocketTotals(0, 0, Many), memory).ShouldBeFalse();
    }

    [Fact]
    public void IsWorthIt_Forced_Always() =>
        TotalsCounter.IsWorthIt(TcpCounting.Totals, default, new CountingMemory()).ShouldBeTrue();

    [Fact]
    public void TryRead_List_AsksForNothing() => AsksForNothing(TcpCounting.List, new Reading(), default);

    [Fact]
    public void TryRead_AListingIsWanted_AsksForNothing() =>
        AsksForNothing(TcpCounting.Totals, new Reading(), new ReadHints(MustList: true));

    [Fact]
    public void TryRead_NothingHasBeenListedThatOnlyRowsTell_AsksForNothing() =>
        AsksForNothing(TcpCounting.Totals, new Reading { Signals = new SocketSignals(new TcpMetricGroups()) }, default);

    [Fact]
    public void TryRead_TheTotalsOfThisSnapshotSayThatItIsNotWorthIt_ReadsNoTotalsOfItsOwn()
    {
        using var proc = new ProcFixture();
        proc.Write("11", "sockstat", "TCP: inuse 50000 orphan 0 tw 0 alloc 0 mem 0\n").Write("11", "sockstat6", "TCP6: inuse 0\n");

        AsksForNothing(TcpCounting.Auto, new Reading(), new ReadHints(new SocketTotals(10, 0, 0)), proc.Root, "11");
    }

    private static void AsksForNothing(
        TcpCounting counting, Reading reading, ReadHints hints, string procRoot = "/proc", string process = "self")
    {
        using var transport = new FakeTransport(m => [m.Done()]);
        var reader = new SockDiagReader(transport, new ManualTime(), TimeSpan.FromSeconds(1));
        var visit = new SockDiagVisit(
            new TcpNamespace(procRoot, process, NamespaceKind.Host, 0), transport, HasInet6: true, null, new CountingMemory(), hints, reading);

        new TotalsCounter(reader, counting, StateMask.Procfs).TryRead(visit, new ConnectionCounter()).ShouldBeFalse();

        transport.Requests.ShouldBeEmpty();
    }

    private static Reading Read(long inet, long mapped, long ipv6)
    {
        var reading = new Reading();
        reading.Begin(TcpSourceKind.SockDiag);
        reading.SetEstablished(inet, mapped, ipv6);
        reading[SocketFamily.Inet] = reading[SocketFamily.Inet6] = FamilyStatus.Read;
        return reading;
    }
}
