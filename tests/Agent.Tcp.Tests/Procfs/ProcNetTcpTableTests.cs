using System.Text;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

public class ProcNetTcpTableTests
{
    public static TheoryData<string, TableSplit> Cases => new(
        from table in ProcNetTcpTableCases.All
        from split in Enum.GetValues<TableSplit>()
        select (table.Name, split));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Feed_TheCase_CountsWhatIsInIt(string name, TableSplit split)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The text is a little-endian kernel's.");
        TableCase table = ProcNetTcpTableCases.All.Single(table => string.Equals(table.Name, name, StringComparison.Ordinal));

        TableResult result = TableSplits.Parse(table.Text, table.Family, split);

        result.Counts.Describe().ShouldBe(table.Counts);
        result.Malformed.ShouldBe(table.Malformed);
        result.FirstFault.ShouldBe(table.Fault);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Feed_TheCase_IsCountedAsTheNaiveParserDoes(string name, TableSplit split)
    {
        TableCase table = ProcNetTcpTableCases.All.Single(table => string.Equals(table.Name, name, StringComparison.Ordinal));

        TableResult result = TableSplits.Parse(table.Text, table.Family, split);

        (ConnectionCounts counts, long malformed, long nothing) = NaiveTable.Count(table.Text, table.Family);
        result.Counts.Describe().ShouldBe(counts.Describe());
        result.Malformed.ShouldBe(malformed);
        (result.Counts.Total + malformed + nothing).ShouldBe(NaiveTable.LinesOf(table.Text).Length);
    }

    [Theory]
    [InlineData(TableSplit.Whole)]
    [InlineData(TableSplit.ByteByByte)]
    [InlineData(TableSplit.RandomPieces)]
    public void Feed_TheOldListing_Gives6Listen1Established1TimeWait(TableSplit split)
    {
        TableResult result = TableSplits.Parse(Fixtures.Bytes("linux-2.6/tcp"), SocketFamily.Inet, split);

        result.Malformed.ShouldBe(0);
        result.Counts.Describe().ShouldBe("Ipv4Inet/Established=1 Ipv4Inet/TimeWait=1 Ipv4Inet/Listen=6");
    }

    [Theory]
    [InlineData("tcp", "ss-4", SocketFamily.Inet)]
    [InlineData("tcp6", "ss-6", SocketFamily.Inet6)]
    public void Feed_ARecordedTable_CountsWhatSsSaidOfTheMoment(string table, string ss, SocketFamily family)
    {
        foreach (TableSplit split in Enum.GetValues<TableSplit>())
        {
            TableResult result = TableSplits.Parse(Fixtures.Bytes("linux-6.18/" + table), family, split);

            result.Malformed.ShouldBe(0);
            result.Counts.Describe().ShouldBe(CountsOfSs(Fixtures.Lines("linux-6.18/" + ss), family).Describe());
        }
    }

    [Fact]
    public void Feed_TornAtEveryByte_CostsTheTornLineOnly()
    {
        string good = ProcRows.Row(0x0A, remote: ProcRows.Any4);
        string torn = ProcRows.Row(0x01, inode: 4711);
        int inode = torn.IndexOf(" 4711", StringComparison.Ordinal) + 1;
        for (int length = 0; length <= torn.Length; length++)
        {
            byte[] text = Encoding.Latin1.GetBytes($"{good}\n{torn[..length]}\n{good}\n");
            foreach (TableSplit split in Enum.GetValues<TableSplit>())
            {
                TableResult result = TableSplits.Parse(text, SocketFamily.Inet, split, seed: length);

                string because = $"torn after {length} bytes, {split}";
                bool blank = torn[..length].Trim().Length == 0;
                result.Counts[TcpSocketKind.Ipv4Inet, TcpState.Listen].ShouldBe(2, because);
                result.Counts[TcpSocketKind.Ipv4Inet, TcpState.Established].ShouldBe(length > inode ? 1 : 0, because);
                result.Malformed.ShouldBe(length > inode || blank ? 0 : 1, because);
            }
        }
    }

    [Fact]
    public void DropOverlongLine_InSeveralBuffers_IsOneMalformedLineAndSkipsItsRest()
    {
        var counts = new ConnectionCounts();
        var table = new ProcNetTcpTable(SocketFamily.Inet, counts);
        table.DropOverlongLine();
        table.DropOverlongLine();
        byte[] piece = Encoding.Latin1.GetBytes(ProcRows.Rows(3, 0x01));

        table.Feed(piece).ShouldBe(piece.Length);
        table.End([]);

        table.MalformedRows.ShouldBe(1);
        table.FirstFault.ShouldBe(RowFault.Length);
        counts.Total.ShouldBe(2, "the first line end closes the dropped line");
    }

    private static ConnectionCounts CountsOfSs(string[] lines, SocketFamily family)
    {
        var counts = new ConnectionCounts();
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            TcpStateInfo state = TcpStates.All.First(info => string.Equals(info.SsName, fields[0], StringComparison.Ordinal));
            counts.Add(TcpSocketKinds.Of(family, line.Contains("[::ffff:", StringComparison.Ordinal)), state.Code);
        }

        return counts;
    }
}
