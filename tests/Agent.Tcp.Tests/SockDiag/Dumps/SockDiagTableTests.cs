using Agent.Tcp.Interop;
using Agent.Tcp.SockDiag.Counting;
using Agent.Tcp.SockDiag.Dumps;
using Agent.Tcp.Tests.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.SockDiag.Dumps;

/// <summary>
/// The tables that procfs is tested with, as the dump that a kernel with the same sockets sends: the same counts. Left
/// out are the rows that are none, which only text has.
/// </summary>
public sealed class SockDiagTableTests
{
    private const uint Sequence = 3;
    private const uint Port = 4711;
    private const int MostPerDatagram = 5;

    public static TheoryData<string> Cases { get; } =
        [.. ProcNetTcpTableCases.All.Where(table => table.Malformed == 0).Select(table => table.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Feed_TheCase_CountsWhatIsInIt(string name)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The text is a little-endian kernel's.");
        TableCase table = ProcNetTcpTableCases.All.Single(table => string.Equals(table.Name, name, StringComparison.Ordinal));

        Dump(table.Text).Describe().ShouldBe(table.Counts);
    }

    [Fact]
    public void Feed_TheRecordedTables_CountsWhatTheTextParserCounts()
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "The tables are a little-endian kernel's.");
        foreach (string name in (string[])["linux-6.18/tcp", "linux-6.18/tcp6", "linux-2.6/tcp"])
        {
            byte[] text = Fixtures.Bytes(name);
            SocketFamily family = name.EndsWith('6') ? SocketFamily.Inet6 : SocketFamily.Inet;

            Dump(text).Describe().ShouldBe(TableSplits.Parse(text, family, TableSplit.Whole).Counts.Describe(), name);
        }
    }

    /// <summary>Rows are read by the tests' own parser, so that neither of the library's vouches for the other.</summary>
    private static ConnectionCounts Dump(byte[] text)
    {
        var messages = new DiagMessages(Sequence, Port);
        var counts = new ConnectionCounts();
        var query = new SockDiagQuery(null, StateMask.Procfs);
        var counter = new ConnectionCounter();
        counter.Into(counts, query);
        var dump = new SockDiagAnswer(Sequence, Port, counter);
        foreach (byte[][] datagram in Sockets(messages, text).Append(messages.Done()).Chunk(MostPerDatagram))
        {
            dump.HasEnded.ShouldBeFalse();
            dump.Feed(DiagMessages.Datagram(datagram));
        }

        dump.Result.ShouldBe(default);
        dump.HasEnded.ShouldBeTrue();
        return counts;
    }

    private static IEnumerable<byte[]> Sockets(DiagMessages messages, byte[] text)
    {
        foreach (string line in NaiveTable.LinesOf(text))
        {
            if (NaiveTable.Parse(line, out NaiveRow? row) == NaiveLine.Row)
            {
                byte family = row!.Family == SocketFamily.Inet ? InetDiag.AF_INET : InetDiag.AF_INET6;
                yield return messages.Socket(
                    (byte)row.Code, family, row.Local.Address.ToString(), row.Remote.Address.ToString());
            }
        }
    }
}
