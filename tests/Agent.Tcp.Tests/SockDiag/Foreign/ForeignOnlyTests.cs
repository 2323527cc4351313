using Agent.Tcp.Tests.Support;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.SockDiag.Foreign.ForeignSelection;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>Where sock_diag alone may read, and where there are more namespaces than sockets.</summary>
public sealed class ForeignOnlyTests
{
    [Fact]
    public void Read_SockDiag_IsAnErrorForTheNamespaceThatCannotBeSeen()
    {
        using var selection = new ForeignSelection(TcpSource.SockDiag);
        selection.Entrance.Faults[11] = Refused;
        selection.Entrance.Faults[12] = NoDescriptor;

        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        for (int read = 0; read < 2; read++)
        {
            ShouldBeAbsent(selection, Space(11), ReadFailure.PermissionDenied);
            ShouldBeAbsent(selection, Space(12), ReadFailure.Io);
            ShouldBeAbsent(selection, Space(0), ReadFailure.Unsupported);
        }

        selection.Procfs.Reads.ShouldBe(0);
        selection.Logger.Lines.ShouldBeEmpty();
        selection.Entrance.Entered.ShouldBe([10UL, 11UL, 12UL, 12UL]);
    }

    [Fact]
    public void Read_SockDiagWithoutTheCapabilities_IsAnErrorForEachWithoutTryingAll()
    {
        using var selection = new ForeignSelection(TcpSource.SockDiag);
        selection.Entrance.Faults[10] = Refused;

        ShouldBeAbsent(selection, Space(10), ReadFailure.PermissionDenied);
        ShouldBeAbsent(selection, Space(11, process: "99"), ReadFailure.PermissionDenied);

        selection.Errors[0].Message.ShouldContain("/nowhere/99/ns/net");
        selection.Entrance.Entered.ShouldBe([10UL]);
    }

    [Theory]
    [InlineData(TcpSource.Auto)]
    [InlineData(TcpSource.SockDiag)]
    public void Read_MoreThanTheLimit_OpensNoMore(TcpSource source)
    {
        using var selection = new ForeignSelection(source, limit: 2);
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);

        for (int read = 0; read < 2; read++)
        {
            if (source == TcpSource.Auto)
            {
                selection.ShouldBeRead(Space(12), TcpSourceKind.Procfs);
            }
            else
            {
                ShouldBeAbsent(selection, Space(12), ReadFailure.Unsupported);
            }
        }

        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        selection.Logger.Lines.Count(entry => entry.Level == LogLevel.Warning).ShouldBe(source == TcpSource.Auto ? 1 : 0);
        selection.Selector.Keep([Space(10), Space(12)]);
        selection.ShouldBeRead(Space(12), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL, 11UL, 12UL]);
    }

    private static void ShouldBeAbsent(ForeignSelection selection, TcpNamespace space, ReadFailure failure)
    {
        Reading reading = selection.Read(space);
        reading.Source.ShouldBe(TcpSourceKind.SockDiag);
        reading[SocketFamily.Inet].ShouldBe(FamilyStatus.Failed);
        reading[SocketFamily.Inet6].ShouldBe(FamilyStatus.Failed);
        reading.Counts.Total.ShouldBe(0);
        ReadError error = selection.Errors.ShouldHaveSingleItem();
        error.Failure.ShouldBe(failure);
        error.Path.ShouldBe(space.Tcp.ToString());
        error.Message.ShouldContain("Tcp:Source=Auto");
    }
}
