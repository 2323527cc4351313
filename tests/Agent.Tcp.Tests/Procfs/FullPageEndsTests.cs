using System.Text;
using Agent.Tcp.Procfs;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

public sealed class FullPageEndsTests
{
    private readonly FullPageEnds _ends = new();

    [Fact]
    public void WasSeen_TableEndsOnceMoreWithTheRowThatEndedAFullPage_True()
    {
        _ends.Add(Rows(Row(1), Row(2)), SocketFamily.Inet);
        _ends.Add(Rows(Row(3), Row(4)), SocketFamily.Inet);

        _ends.WasSeen(Rows(Row(3), Row(4)), SocketFamily.Inet).ShouldBeTrue();
    }

    [Fact]
    public void WasSeen_NewSocketsStandBehindIt_True()
    {
        _ends.Add(Rows(Row(1), Row(2)), SocketFamily.Inet);

        _ends.WasSeen(Rows(Row(2), Row(3), Row(4)), SocketFamily.Inet).ShouldBeTrue();
    }

    [Fact]
    public void WasSeen_SocketHasAnotherStateAndSlotMeanwhile_True()
    {
        _ends.Add(Rows(Row(1, slot: 7)), SocketFamily.Inet);

        _ends.WasSeen(Rows(Row(1, slot: 99, state: "06")), SocketFamily.Inet).ShouldBeTrue();
    }

    [Fact]
    public void WasSeen_Ipv6Rows_ToldApartByTheWholeAddress()
    {
        _ends.Add(Rows(Row6(1)), SocketFamily.Inet6);

        _ends.WasSeen(Rows(Row6(1)), SocketFamily.Inet6).ShouldBeTrue();
        _ends.WasSeen(Rows(Row6(2)), SocketFamily.Inet6).ShouldBeFalse();
    }

    /// <summary>The rows that came twice end in a page that happens to be full, too: what is read then is empty, or a new row.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void WasSeen_TheRepeatedRowsFillTheirLastPageAgain_True(int newRows)
    {
        _ends.Add(Rows(Row(1), Row(2)), SocketFamily.Inet);
        _ends.Add(Rows(Row(3), Row(4)), SocketFamily.Inet);
        _ends.Add(Rows(Row(5), Row(4)), SocketFamily.Inet);

        _ends.WasSeen(newRows == 0 ? [] : Rows([.. Enumerable.Range(10, newRows).Select(port => Row(port))]), SocketFamily.Inet).ShouldBeTrue();
    }

    [Fact]
    public void WasSeen_LastPageIsFullAndNothingCameTwice_False()
    {
        _ends.Add(Rows(Row(1), Row(2)), SocketFamily.Inet);
        _ends.Add(Rows(Row(3), Row(4)), SocketFamily.Inet);

        _ends.WasSeen([], SocketFamily.Inet).ShouldBeFalse();
    }

    /// <summary>Only so many new rows may stand behind it: a row that moved long before is no second end.</summary>
    [Fact]
    public void WasSeen_ManyRowsStandBehindIt_False()
    {
        _ends.Add(Rows(Row(1), Row(2)), SocketFamily.Inet);
        _ends.Add(Rows([Row(2), .. Enumerable.Range(10, 20).Select(port => Row(port))]), SocketFamily.Inet);

        _ends.WasSeen([], SocketFamily.Inet).ShouldBeFalse();
    }

    [Fact]
    public void WasSeen_OtherRows_False()
    {
        _ends.Add(Rows(Row(1), Row(2)), SocketFamily.Inet);

        _ends.WasSeen(Rows(Row(1), Row(3)), SocketFamily.Inet).ShouldBeFalse();
    }

    [Fact]
    public void WasSeen_ListenersThatShareAPort_False()
    {
        _ends.Add(Rows(Row(1, state: "0A")), SocketFamily.Inet);

        _ends.WasSeen(Rows(Row(1, state: "0A")), SocketFamily.Inet).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\n\n\n")]
    [InlineData("  sl  local_address rem_address   st\n")]
    [InlineData("no row\n:\n")]
    public void WasSeen_LinesThatAreNoRows_False(string lines)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(lines);
        _ends.Add(bytes, SocketFamily.Inet);

        _ends.WasSeen(bytes, SocketFamily.Inet).ShouldBeFalse();
    }

    [Fact]
    public void Clear_BeforeTheNextTable_Forgets()
    {
        _ends.Add(Rows(Row(1)), SocketFamily.Inet);
        _ends.Clear();

        _ends.WasSeen(Rows(Row(1)), SocketFamily.Inet).ShouldBeFalse();
    }

    [Fact]
    public void Add_MorePagesThanAreRemembered_KeepsTheLatest()
    {
        for (int page = 0; page < 10_000; page++)
        {
            _ends.Add(Rows(Row(page)), SocketFamily.Inet);
        }

        _ends.WasSeen(Rows(Row(9_999)), SocketFamily.Inet).ShouldBeTrue();
    }

    [Fact]
    public void WasSeen_MorePagesThanAreRememberedAndNothingCameTwice_False()
    {
        for (int page = 0; page < 10_000; page++)
        {
            _ends.Add(Rows(Row(page)), SocketFamily.Inet);
        }

        _ends.WasSeen([], SocketFamily.Inet).ShouldBeFalse();
    }

    private static string Row(int port, int slot = 0, string state = "01") =>
        $"{slot,4}: 0100007F:{port:X4} 0100007F:0016 {state} 00000000:00000000 00:00000000 00000000     0        0 18198 2";

    private static string Row6(int last) =>
        $"   0: 000000000000000000000000{last:X8}:0016 00000000000000000000000001000000:E753 01 00000000:00000000 00:00000000 00000000     0        0 1";

    private static byte[] Rows(params string[] rows) => Encoding.ASCII.GetBytes(string.Join('\n', rows) + '\n');
}
