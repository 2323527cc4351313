using System.Text;
using Agent.Tcp.Tests.Support;
using Agent.Tcp.Totals;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Totals;

public sealed class SnmpParserTests
{
    [Fact]
    public void Read_TheKernelsText_FindsEveryColumnByName()
    {
        Snmp(NetFiles.Snmp()).ShouldBe([5, 6, 7, 8, 10, 11, 12, 13, 14]);
        Netstat(NetFiles.Netstat()).ShouldBe([21, 22, 23]);
    }

    [Fact]
    public void Read_ThisMachinesFiles_FindsEveryColumn()
    {
        Snmp(File.ReadAllText("/proc/self/net/snmp")).ShouldAllBe(value => value >= 0);
        Netstat(File.ReadAllText("/proc/self/net/netstat")).ShouldAllBe(value => value >= 0);
    }

    [Theory]
    [InlineData("an older kernel's columns", "Tcp: ActiveOpens PassiveOpens\nTcp: 1 2\n", 1L, 2L)]
    [InlineData("columns in another order", "Tcp: PassiveOpens Unheard ActiveOpens\nTcp: 2 9 1\n", 1L, 2L)]
    [InlineData("fewer values than names", "Tcp: ActiveOpens PassiveOpens\nTcp: 1\n", 1L, null)]
    [InlineData("no line of values", "Tcp: ActiveOpens PassiveOpens\n", null, null)]
    [InlineData("a value that is no number", "Tcp: ActiveOpens PassiveOpens\nTcp: x 2\n", null, 2L)]
    [InlineData("a negative value", "Tcp: ActiveOpens PassiveOpens\nTcp: -1 2\n", null, 2L)]
    [InlineData("64 bits", "Tcp: ActiveOpens PassiveOpens\nTcp: 9223372036854775807 4294967296\n", long.MaxValue, 4294967296L)]
    [InlineData("more than 63 bits", "Tcp: ActiveOpens PassiveOpens\nTcp: 9223372036854775808 2\n", null, 2L)]
    [InlineData("another protocol's name begins alike", "TcpExt: ActiveOpens\nTcpExt: 9\nTcp: ActiveOpens\nTcp: 1\n", 1L, null)]
    [InlineData("no line end", "Tcp: ActiveOpens\nTcp: 1", 1L, null)]
    [InlineData("empty", "", null, null)]
    [InlineData("no such protocol", "Udp: ActiveOpens\nUdp: 1\n", null, null)]
    public void Read_OtherTexts_FindsWhatIsThere(string name, string text, long? active, long? passive)
    {
        long?[] values = Snmp(text);

        values[0].ShouldBe(active, name);
        values[1].ShouldBe(passive, name);
        values[2..].ShouldAllBe(value => value == null);
    }

    [Fact]
    public void Read_CutAnywhere_NeverThrowsAndNeverInvents()
    {
        byte[] text = Encoding.ASCII.GetBytes(NetFiles.Netstat(times: 1000));
        for (int length = 0; length <= text.Length; length++)
        {
            var values = new long?[3];
            SnmpParser.Read(text.AsSpan(0, length), "TcpExt"u8, TcpCounters.OfNetstat, values);
            values[0].ShouldBeOneOf(null, 2, 21, 210, 2100, 21000);
        }
    }

    private static long?[] Snmp(string text) => Read(text, "Tcp", TcpCounters.OfSnmp);

    private static long?[] Netstat(string text) => Read(text, "TcpExt", TcpCounters.OfNetstat);

    private static long?[] Read(string text, string protocol, ReadOnlySpan<byte[]> columns)
    {
        var values = new long?[columns.Length];
        SnmpParser.Read(Encoding.ASCII.GetBytes(text), Encoding.ASCII.GetBytes(protocol), columns, values);
        return values;
    }
}
