using Agent.Tcp.Scheduling;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Kernel;

/// <summary>The process through which a namespace is read may end at any time.</summary>
public sealed class VanishingProcessTests : IDisposable
{
    private readonly ProcRootView _root = new();
    private readonly SnapshotReader _reader;

    public VanishingProcessTests() => _reader = new SnapshotReader(new TcpInstrumentationOptions
    {
        ProcRoot = _root.Path,
        Namespaces = NamespaceScope.Host,
    });

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Read_ProcessEndedBetweenSnapshots_FamiliesAreAbsentUntilThereIsOneAgain()
    {
        Tool.SkipUnlessInstalled("nsenter", "util-linux");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var workshop = new SocketWorkshop(TcpSocketKind.Ipv6Inet6);
        space.Run(() => workshop.Make(TcpState.Established));
        using ResidentProcess first = ResidentProcess.StartIn(space);
        _root.Link("1", first.Id);
        ShouldShow(_reader.Read(), workshop);

        first.Kill();
        ShouldBeAbsent(_reader.Read());

        using ResidentProcess second = ResidentProcess.StartIn(space);
        _root.Link("1", second.Id);
        ShouldShow(_reader.Read(), workshop);
    }

    [Fact]
    public void Read_ProcessIsAZombie_FamiliesAreAbsent()
    {
        using ResidentProcess zombie = ResidentProcess.StartZombie();
        _root.Link("1", zombie.Id);

        ShouldBeAbsent(_reader.Read());
    }

    [Fact]
    public async Task Read_ProcessEndsWhileItIsRead_EveryFamilyIsWhole()
    {
        Tool.SkipUnlessInstalled("nsenter", "util-linux");
        using TestNamespace space = TestNamespace.CreateOrSkip();
        using var inet = new SocketWorkshop(TcpSocketKind.Ipv4Inet);
        using var inet6 = new SocketWorkshop(TcpSocketKind.Ipv6Inet6);
        space.Run(() =>
        {
            inet.Make(TcpState.Established);
            inet6.Make(TcpState.Established);
        });
        using ResidentProcess resident = ResidentProcess.StartIn(space);
        _root.Link("1", resident.Id);
        ShouldBeWhole(_reader.Read(), SocketFamily.Inet);

        Task killed = Task.Run(resident.Kill);
        Poll.Until(
            () =>
            {
                TcpSnapshot snapshot = _reader.Read();
                int absent = Enum.GetValues<SocketFamily>().Count(family => !IsWhole(snapshot, family));
                snapshot.Errors.Count.ShouldBe(absent);
                return absent == 2;
            },
            "both families are absent");
        await killed;
    }

    /// <summary>Whether the family was read. If so it must be whole, and empty if not.</summary>
    private static bool IsWhole(TcpSnapshot snapshot, SocketFamily family)
    {
        if (snapshot.Reading[family] == FamilyStatus.Read)
        {
            ShouldBeWhole(snapshot, family);
            return true;
        }

        snapshot.Reading[family].ShouldBe(FamilyStatus.Failed);
        Established(snapshot, family).ShouldBe(0);
        snapshot.Errors.ShouldAllBe(error => error.Failure == ReadFailure.NotFound);
        return false;
    }

    private static void ShouldBeWhole(TcpSnapshot snapshot, SocketFamily family) =>
        Established(snapshot, family).ShouldBe(2);

    private static long Established(TcpSnapshot snapshot, SocketFamily family) => snapshot.Reading.Counts[
        TcpSocketKinds.Of(family, ipv4Mapped: false), TcpState.Established];

    private static void ShouldShow(TcpSnapshot snapshot, SocketWorkshop workshop)
    {
        snapshot.Reading.Counts.Describe().ShouldBe(workshop.Made.Describe());
        snapshot.Errors.ShouldBeEmpty();
    }

    private static void ShouldBeAbsent(TcpSnapshot snapshot)
    {
        snapshot.Reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Failed);
        snapshot.Reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Failed);
        snapshot.Reading.Counts.Total.ShouldBe(0);
        snapshot.Errors.Select(error => error.Failure).ShouldBe([ReadFailure.NotFound, ReadFailure.NotFound]);
    }
}
