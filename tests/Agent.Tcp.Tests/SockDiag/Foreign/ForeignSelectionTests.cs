using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.SockDiag.Foreign;
using Agent.Tcp.Tests.SockDiag.Dumps;
using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.SockDiag.Foreign.ForeignSelection;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>By which way other namespaces are read, and when another way is tried.</summary>
public sealed class ForeignSelectionTests
{
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(1);

    [Fact]
    public void Read_NamespaceThatMayBeEntered_IsEnteredOnceAndReadBySockDiag()
    {
        using var selection = new ForeignSelection();
        selection.Selector.ForeignAccess.ShouldBe(ForeignAccess.Untried);

        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);

        selection.Entrance.Entered.ShouldBe([10UL, 11UL]);
        selection.Own.Opened.ShouldBe(0, "the own namespace has its own socket");
        selection.Selector.ForeignAccess.ShouldBe(ForeignAccess.SockDiag);
        (_, LogLevel level, _, string message) = selection.Logger.Lines.ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Information);
        message.ShouldContain("sock_diag reads other network namespaces too");
    }

    [Fact]
    public void Read_OwnNamespace_IsNotEntered()
    {
        using var selection = new ForeignSelection();
        var own = new TcpNamespace("/proc", "self", NamespaceKind.Host, new OwnNamespace("/proc").Inode());

        selection.ShouldBeRead(own, TcpSourceKind.SockDiag);

        selection.Entrance.Entered.ShouldBeEmpty();
        selection.Own.Opened.ShouldBe(1);
    }

    [Fact]
    public void Read_OwnNamespaceFails_IsReadByProcfsAndNotEntered()
    {
        using var selection = new ForeignSelection();
        selection.Own.OpenError = Errno.EAFNOSUPPORT;
        var own = new TcpNamespace("/proc", "self", NamespaceKind.Host, new OwnNamespace("/proc").Inode());

        selection.ShouldBeRead(own, TcpSourceKind.Procfs);
        selection.ShouldBeRead(own, TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);

        selection.Entrance.Entered.ShouldBe([10UL]);
    }

    [Fact]
    public void Read_Procfs_NeverEnters()
    {
        using var selection = new ForeignSelection(TcpSource.Procfs);

        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);

        selection.Entrance.Entered.ShouldBeEmpty();
        selection.Selector.ForeignAccess.ShouldBe(ForeignAccess.Procfs);
        selection.Selector.ForeignReason.ShouldContain("Tcp:Source");
        selection.Logger.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Read_InodeUnknown_IsReadByProcfsAndNotEntered()
    {
        using var selection = new ForeignSelection();

        selection.ShouldBeRead(Space(0), TcpSourceKind.Procfs);

        selection.Entrance.Entered.ShouldBeEmpty();
        selection.Logger.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Read_KernelWithoutIpv6_IsUnsupportedAndNoError()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.HasInet6 = false;

        Reading reading = selection.Read(Space(10));

        reading.Source.ShouldBe(TcpSourceKind.SockDiag);
        reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Read);
        reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Unsupported);
        selection.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData((byte)EntranceFault.NotOpened, Errno.EACCES)]
    [InlineData((byte)EntranceFault.NotEntered, Errno.EPERM)]
    [InlineData((byte)EntranceFault.NoSocket, Errno.EPERM)]
    public void Read_WithoutTheCapabilities_IsReadByProcfsAndNoneIsTriedForAWhile(byte fault, int errno)
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Faults[10] = new EntranceResult((EntranceFault)fault, errno);

        for (int read = 0; read < 3; read++)
        {
            selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
            selection.ShouldBeRead(Space(11), TcpSourceKind.Procfs);
        }

        selection.Time.Advance(ForeignSockDiag.RetryAfter - AMoment);
        selection.ShouldBeRead(Space(11), TcpSourceKind.Procfs);
        selection.Entrance.Entered.ShouldBe([10UL]);
        selection.Selector.ForeignAccess.ShouldBe(ForeignAccess.Procfs);
        selection.Selector.ForeignReason.ShouldContain($"errno {errno}");
        (_, LogLevel level, _, string message) = selection.Logger.Lines.ShouldHaveSingleItem();
        level.ShouldBe(LogLevel.Information);
        message.ShouldContain("CAP_SYS_ADMIN and CAP_SYS_PTRACE");
        message.ShouldContain("/nowhere/4711/ns/net");
    }

    [Fact]
    public void Read_RefusedButOthersMayBeEntered_TriesTheOthersFirst()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Faults[10] = Refused;
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);

        selection.Time.Advance(ForeignSockDiag.RetryAfter);
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL, 11UL]);
        selection.Logger.Lines.Count.ShouldBe(2);

        selection.Time.Advance(ForeignSockDiag.RefusedRetryAfter);
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);
        selection.ShouldBeRead(Space(12), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL, 11UL, 10UL, 12UL]);
        selection.Selector.ForeignAccess.ShouldBe(ForeignAccess.SockDiag);
    }

    [Fact]
    public void Read_RefusedWhileOneIsOpen_IsThatNamespaceAlone()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Faults[11] = Refused;

        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        selection.ShouldBeRead(Space(11), TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(12), TcpSourceKind.SockDiag);
        selection.ShouldBeRead(Space(11), TcpSourceKind.Procfs);

        selection.Entrance.Entered.ShouldBe([10UL, 11UL, 12UL]);
        selection.Selector.ForeignAccess.ShouldBe(ForeignAccess.SockDiag);
        selection.Logger.Lines.Select(entry => entry.Level).ShouldBe([LogLevel.Information, LogLevel.Warning]);
    }

    [Fact]
    public void Read_OneCannotBeEntered_IsReadByProcfsAndTheOthersBySockDiag()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Faults[10] = NoDescriptor;

        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);
        selection.Time.Advance(ForeignSockDiag.RetryAfter - AMoment);
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(10, process: "4712"), TcpSourceKind.Procfs);
        selection.Entrance.Entered.ShouldBe([10UL, 11UL]);

        selection.Time.Advance(AMoment);
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.Entrance.Faults.Clear();
        selection.Time.Advance(ForeignSockDiag.RetryAfter);
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        selection.Logger.Lines.Select(entry => entry.Level).ShouldBe([LogLevel.Warning, LogLevel.Information]);
        selection.Logger.Lines[0].Message.ShouldContain("errno 24");
    }

    [Theory]
    [InlineData((byte)EntranceFault.NotOpened, Errno.ENOENT)]
    [InlineData((byte)EntranceFault.OtherNamespace, 0)]
    public void Read_ProcessHasGone_IsTriedAgainThroughAnotherAndNotLogged(byte fault, int errno)
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Faults[10] = new EntranceResult((EntranceFault)fault, errno);

        selection.ShouldBeRead(Space(10, id: 3), TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(10, id: 3), TcpSourceKind.Procfs);
        selection.Entrance.Entered.ShouldBe([10UL]);
        selection.Logger.Lines.ShouldBeEmpty();
        selection.Selector.ForeignAccess.ShouldBe(ForeignAccess.Untried);

        selection.Entrance.Faults.Clear();
        selection.ShouldBeRead(Space(10, id: 3, process: "4712"), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL, 10UL]);
    }

    [Fact]
    public void Read_DumpFails_IsReadByProcfsAtOnceAndTriedTheNextTime()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Answers[10] = [m => [m.Socket(TcpState.Listen), m.Error(12)]];

        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);

        selection.Entrance.Entered.ShouldBe([10UL, 11UL]);
        selection.Entrance.Sockets[0].Disposed.ShouldBeTrue();
        selection.Logger.Lines.ShouldContain(entry => entry.Message.Contains("errno 12") && entry.Message.Contains("/nowhere/4711/net/tcp"));

        selection.Entrance.Answers.Clear();
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL, 11UL, 10UL]);
    }

    [Fact]
    public void Read_DumpIsNotPermitted_IsLeftToProcfsForAWhile()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Answers[10] = [m => [m.Error(Errno.EPERM)]];
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);

        selection.Entrance.Answers.Clear();
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.Entrance.Entered.ShouldBe([10UL]);

        selection.Time.Advance(ForeignSockDiag.RetryAfter);
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
    }

    [Fact]
    public void Read_DatagramsLost_EntersAgainAndIsNeverTheOwnNamespace()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Answers[10] = [_ => [Step.Fails(Errno.ENOBUFS)]];
        selection.Read(Space(10)).Source.ShouldBe(TcpSourceKind.Procfs);

        selection.Entrance.Entered.Count.ShouldBe(SockDiagReader.MaxAttempts);
        selection.Entrance.Sockets.ShouldAllBe(socket => socket.Disposed);
        selection.Own.Opened.ShouldBe(0);
    }
}
