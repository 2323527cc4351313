using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.SockDiag.Foreign.ForeignSelection;

namespace Agent.Tcp.Tests.SockDiag.Foreign;

/// <summary>Which sockets inside other namespaces are held, and for how long.</summary>
public sealed class ForeignKeepTests
{
    [Fact]
    public void Keep_NamespaceThatIsNotLive_ClosesItsSocketAlone()
    {
        using var selection = new ForeignSelection();
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);

        selection.Selector.Keep([Space(11), Space(99), Space(11)]);

        selection.Entrance.Sockets.Select(socket => socket.Disposed).ShouldBe([true, false]);
        selection.ShouldBeRead(Space(11), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL, 11UL]);
    }

    [Fact]
    public void Keep_ReadThroughAnotherProcess_KeepsTheSocket()
    {
        using var selection = new ForeignSelection();
        selection.ShouldBeRead(Space(10, id: 3), TcpSourceKind.SockDiag);

        selection.Selector.Keep([Space(10, id: 3, process: "4712")]);

        selection.ShouldBeRead(Space(10, id: 3, process: "4712"), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL]);
    }

    [Fact]
    public void Keep_NumberGivenToAnotherNamespace_ClosesTheOldOnesSocket()
    {
        using var selection = new ForeignSelection();
        selection.ShouldBeRead(Space(10, id: 3), TcpSourceKind.SockDiag);

        selection.Selector.Keep([Space(10, id: 4)]);

        selection.Entrance.Sockets[0].Disposed.ShouldBeTrue();
        selection.ShouldBeRead(Space(10, id: 4), TcpSourceKind.SockDiag);
        selection.Entrance.Entered.ShouldBe([10UL, 10UL]);
    }

    [Fact]
    public void Keep_RefusedNamespaceHasGone_DoesNotUndoTheRefusal()
    {
        using var selection = new ForeignSelection();
        selection.Entrance.Faults[10] = Refused;
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);

        selection.Selector.Keep([]);

        selection.ShouldBeRead(Space(11), TcpSourceKind.Procfs);
        selection.Entrance.Entered.ShouldBe([10UL]);
    }

    [Fact]
    public void Dispose_ClosesAllAndNothingIsOpenedAnew()
    {
        var selection = new ForeignSelection();
        selection.ShouldBeRead(Space(10), TcpSourceKind.SockDiag);

        selection.Dispose();

        selection.Entrance.Sockets.ShouldAllBe(socket => socket.Disposed);
        selection.ShouldBeRead(Space(10), TcpSourceKind.Procfs);
        selection.Entrance.Entered.ShouldBe([10UL]);
    }
}
