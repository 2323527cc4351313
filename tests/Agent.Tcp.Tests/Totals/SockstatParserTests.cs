using System.Text;
using Agent.Tcp.Totals;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Totals;

public sealed class SockstatParserTests
{
    /// <summary>Linux 6.18.</summary>
    private const string Sockstat =
        "sockets: used 163\nTCP: inuse 27 orphan 3 tw 12 alloc 30 mem 5\nUDP: inuse 4 mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n";

    private const string Sockstat6 = "TCP6: inuse 4\nUDP6: inuse 2\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n";

    [Theory]
    [InlineData(Sockstat, "TCP", "inuse", 27)]
    [InlineData(Sockstat, "TCP", "orphan", 3)]
    [InlineData(Sockstat, "TCP", "tw", 12)]
    [InlineData(Sockstat, "TCP", "mem", 5)]
    [InlineData(Sockstat, "UDP", "inuse", 4)]
    [InlineData(Sockstat, "sockets", "used", 163)]
    [InlineData(Sockstat6, "TCP6", "inuse", 4)]
    [InlineData("TCP: inuse 1 tw 2", "TCP", "tw", 2)]
    [InlineData("TCP: added 9 inuse 1 tw 2 later 8\n", "TCP", "inuse", 1)]
    [InlineData("UDP: inuse 5\nTCP: inuse 1\n", "TCP", "inuse", 1)]
    [InlineData("TCP:   inuse\t1\n", "TCP", "inuse", 1)]
    [InlineData("TCP: inuse 9223372036854775807\n", "TCP", "inuse", long.MaxValue)]
    [InlineData("TCP: tw 1 inuse 2 orphan\n", "TCP", "inuse", 2)]
    public void TryFind_ByName_GivesTheNumber(string text, string protocol, string name, long expected)
    {
        Find(text, protocol, name, out long value).ShouldBeTrue();
        value.ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("\n\n", "empty lines")]
    [InlineData("TCP6: inuse 4\n", "another protocol that begins alike")]
    [InlineData("UDP: inuse 4\n", "another protocol")]
    [InlineData("TCP", "torn in the name")]
    [InlineData("TCP:", "torn after the colon")]
    [InlineData("TCP: inu", "torn in the key")]
    [InlineData("TCP: inuse", "torn before the number")]
    [InlineData("TCP: orphan 1 tw 2\n", "no such column")]
    [InlineData("TCP: inuse -1\n", "negative")]
    [InlineData("TCP: inuse 1x\n", "no number")]
    [InlineData("TCP: inuse 9223372036854775808\n", "too great")]
    [InlineData("TCP: inuse 99999999999999999999999\n", "far too great")]
    [InlineData("TCP inuse 4\n", "no colon")]
    public void TryFind_NotThere_IsFalseAnd0(string text, string why)
    {
        Find(text, "TCP", "inuse", out long value).ShouldBeFalse(why);
        value.ShouldBe(0);
    }

    [Fact]
    public void TryFind_CutAnywhere_NeverThrowsAndFindsWholeColumnsOnly()
    {
        byte[] text = Encoding.ASCII.GetBytes(Sockstat);
        int whole = Sockstat.IndexOf(" mem 5", StringComparison.Ordinal);
        for (int length = 0; length <= text.Length; length++)
        {
            bool found = SockstatParser.TryFind(text.AsSpan(0, length), "TCP"u8, "alloc"u8, out long value);
            if (length >= whole)
            {
                (found, value).ShouldBe((true, 30));
            }
        }
    }

    [Fact]
    public void TryFind_RandomBytes_NeverThrows()
    {
        const int Seed = 1;
        var random = new Random(Seed);
        byte[] alphabet = "TCP: inuse\n 0123456789\0"u8.ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] text = random.GetItems(alphabet, random.Next(64));
            bool found = SockstatParser.TryFind(text, "TCP"u8, "inuse"u8, out long value);
            (found || value == 0).ShouldBeTrue();
            value.ShouldBeGreaterThanOrEqualTo(0);
        }
    }

    private static bool Find(string text, string protocol, string name, out long value) => SockstatParser.TryFind(
        Encoding.ASCII.GetBytes(text), Encoding.ASCII.GetBytes(protocol), Encoding.ASCII.GetBytes(name), out value);
}
