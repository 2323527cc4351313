using System.Net;
using System.Text;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;
using static Agent.Tcp.Tests.Support.ProcRows;

namespace Agent.Tcp.Tests.Decoding;

public class ProcNetTcpDecoderTests
{
    private const string UdpHeader =
        "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             ";

    private const string UdpRow =
        "  305: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21337 2 0000000000000000 0        ";

    /// <summary>A table as it is pasted: the header, a listener and a connection, by how they were copied.</summary>
    public static TheoryData<string, string> Pasted
    {
        get
        {
            string[] lines = [Header4, Row(0x0A, remote: Any4), Row(0x01, slot: 1000)];
            string Each(Func<string, int, string> change) => string.Join('\n', lines.Select(change)) + "\n";
            string text = Each((line, _) => line);
            return new()
            {
                { "grep -n", Each((line, index) => $"{index + 1}:{line}") },
                { "grep -n of several files", Each((line, index) => $"/proc/net/tcp:{index + 1}:{line}") },
                { "grep -C context", Each((line, index) => $"{index + 1}-{line}") },
                { "cat -n", Each((line, index) => $"{index + 1,6}\t{line}") },
                { "quote marks", Each((line, _) => "> " + line) },
                { "two quote marks", Each((line, _) => ">> " + line) },
                { "quote marks around numbers", Each((line, index) => $"> {index + 1,6}\t{line}") },
                { "quoted blank lines", Each((line, _) => $"> {line}\n>") },
                { "a prompt", "$ cat /proc/net/tcp\n" + text },
                { "prompts of root on a host", "root@node-7:~# cat /proc/1/net/tcp\n" + text + "root@node-7:~# " },
                { "prompts in brackets", "[root@node ~]# cat /proc/net/tcp\n" + text + "[root@node ~]#" },
                { "a quoted prompt", "> $ cat /proc/net/tcp\n" + Each((line, _) => "> " + line) },
                { "a fence of Markdown", "```text\n" + text + "```\n" },
                { "names by head", "==> /proc/net/tcp <==\n" + text },
                { "no-break spaces", text.Replace(' ', '\u00a0') },
                { "other spaces", text.Replace("  ", "\u2003\u202f", StringComparison.Ordinal) },
                { "zero-width spaces", Each((line, _) => "\u200b" + line) },
                { "an indent", Each((line, _) => "\t    " + line) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Pasted))]
    public void Decode_WhatPeoplePaste_IsDecodedWithoutAnError(string how, string text)
    {
        DecodedRow[] rows = Decode(text);

        rows.Select(row => row.Error).ShouldAllBe(error => error == null, how);
        rows.Select(row => (row.Socket.Code, row.Socket.Slot, row.Socket.Local.ToString()))
            .ShouldBe([((byte)0x0A, 0, "127.0.0.1:8080"), ((byte)0x01, 1000, "127.0.0.1:8080")], how);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void Decode_WithAByteOrderMarkOrInUtf16_IsDecoded(string name)
    {
        string text = Header4 + "\r\n" + Rows(300, 0x01).Replace("\n", "\r\n", StringComparison.Ordinal);
        var encoding = Encoding.GetEncoding(name);
        byte[] bare = encoding.GetBytes(text);

        foreach (byte[] bytes in (byte[][])[bare, [.. encoding.Preamble, .. bare]])
        {
            foreach (int piece in (int[])[1, 7, int.MaxValue])
            {
                DecodedRow[] rows = [.. ProcNetTcpDecoder.Decode(new PieceStream(bytes, piece))];

                rows.Length.ShouldBe(300);
                rows.ShouldAllBe(row => row.Error == null && row.Socket.Code == 0x01);
            }
        }
    }

    /// <summary>A window narrower than a row, at every width that leaves a row in two to four lines.</summary>
    [Fact]
    public void Decode_WrappedRows_AreToldAsSuchAndNeverDecoded()
    {
        string first = Row(0x0A, remote: Any4, slot: 7);
        string second = Row(0x01, slot: 8);
        for (int width = 40; width < first.Length; width++)
        {
            string text = Header4 + "\n" + Wrap(first, width) + Wrap(second, width);

            DecodedRow[] rows = Decode(text);

            string because = $"{width} columns:\n{text}";
            rows.ShouldAllBe(row => row.Error != null, because);
            rows.Count(row => row.Error!.Error.StartsWith("the row is wrapped and continues in line ", StringComparison.Ordinal)).ShouldBe(2, because);
            rows.Length.ShouldBe(2, because);
        }
    }

    [Fact]
    public void Decode_AWrappedHeader_IsToldAsSuch()
    {
        DecodedRow[] rows = Decode(Wrap(Header4, 82) + Row(0x01) + "\n");

        rows[0].Line.ShouldBe(2);
        rows[0].Error!.Error.ShouldStartWith("the rest of the header: lines are wrapped");
        rows[1].Error.ShouldBeNull();
        rows.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("udp", UdpHeader + "\n" + UdpRow + "\n" + UdpRow + "\n", 3, "/proc/net/udp or raw")]
    [InlineData("udp without its header", UdpRow + "\n", 1, "/proc/net/udp or raw")]
    [InlineData("unix", "Num       RefCount Protocol Flags    Type St Inode Path\n0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/x\n", 2, "/proc/net/unix")]
    [InlineData("netlink", "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n0000000000000000 0   1          00000000 0        0        0     2        0        2\n", 2, "/proc/net/netlink")]
    [InlineData("ss", "State  Recv-Q Send-Q  Local Address:Port  Peer Address:Port\nLISTEN 0      128     0.0.0.0:22          0.0.0.0:*\n", 2, "ss")]
    [InlineData("netstat", "Active Internet connections (servers and established)\nProto Recv-Q Send-Q Local Address Foreign Address State\n", 2, "netstat")]
    public void Decode_AnotherListing_IsAnErrorALineThatSaysWhatItIs(string what, string text, int lines, string name)
    {
        DecodedRow[] rows = Decode(text);

        rows.Length.ShouldBe(lines, what);
        rows.ShouldAllBe(row => row.Error!.Error == $"this is output of {name}, not of /proc/net/tcp or tcp6", what);
    }

    [Fact]
    public void Decode_TcpAfterAnotherListing_IsDecodedFromItsHeaderOn()
    {
        DecodedRow[] rows = Decode($"{UdpHeader}\n{UdpRow}\n{Header4}\n{Row(0x01)}\n");

        rows.Select(row => row.Error is null).ShouldBe([false, false, true]);
    }

    [Theory]
    [InlineData("", 1, "neither a header nor a row")]
    [InlineData("\n\n", 2, "neither a header nor a row")]
    [InlineData("$ cat /proc/net/tcp\n$ \n", 2, "neither a header nor a row")]
    [InlineData("\0\0\0\0\0\0", 1, "NUL bytes")]
    [InlineData("  sl  local_address rem_address   st\n\0\0\0\0\n", 2, "NUL bytes")]
    public void Decode_NothingThatIsATable_IsAnError(string text, int line, string reason)
    {
        DecodedRow row = Decode(text).ShouldHaveSingleItem();

        row.Line.ShouldBe(line);
        row.Error!.Line.ShouldBe(line);
        row.Error.Error.ShouldContain(reason);
    }

    [Fact]
    public void Decode_AHeaderAlone_IsATableWithoutSockets() => Decode(Header6 + "\n").ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Decode_TwoRowsOnALine_IsAnErrorOfThatLineAlone(string between)
    {
        DecodedRow[] rows = Decode($"{Row(0x01)}{between}{Row(0x0A, slot: 1)}\n{Row(0x06, slot: 2)}\n");

        rows[0].Error!.Error.ShouldBe("more than one row on the line; line ends were lost");
        rows[1].Error.ShouldBeNull();
        rows.Length.ShouldBe(2);
    }

    [Fact]
    public void Decode_ARowTwice_CountsEach() => Decode($"{Row(0x01)}\n{Row(0x01)}\n").Length.ShouldBe(2);

    [Fact]
    public void Decode_AnOverlongLine_IsOneErrorAndTheRestIsDecoded()
    {
        foreach (int length in (int[])[20_000, 300_000, 1_000_000])
        {
            DecodedRow[] rows = Decode($"{Row(0x01)}\n{new string('x', length)}\n{Row(0x01)}\n{new string('x', length)}");

            rows.Select(row => (row.Line, row.Error is null)).ShouldBe([(1, true), (2, false), (3, true), (4, false)]);
            rows[1].Error!.Error.ShouldStartWith("the line is longer than any row");
        }
    }

    [Theory]
    [InlineData("7F000001", "127.0.0.1", NetworkType.Ipv4)]
    [InlineData("C0000207", "192.0.2.7", NetworkType.Ipv4)]
    [InlineData("00000000000000000000FFFF7F000001", "::ffff:127.0.0.1", NetworkType.Ipv4)]
    [InlineData("00000000000000000000000000000001", "::1", NetworkType.Ipv6)]
    [InlineData("20010DB8000000000000000000000007", "2001:db8::7", NetworkType.Ipv6)]
    public void Decode_OfABigEndianMachine_IsReadInItsOrder(string digits, string address, NetworkType type)
    {
        TcpSocket socket = Decode(Row(0x01, digits) + "\n", ByteOrder.Big).ShouldHaveSingleItem().Socket;

        socket.Local.ShouldBe(new IPEndPoint(IPAddress.Parse(address), 0x1F90));
        socket.Type.ShouldBe(type);
    }

    [Theory]
    [InlineData("linux-2.6/tcp")]
    [InlineData("linux-6.18/tcp")]
    [InlineData("linux-6.18/tcp6")]
    public void Decode_ARecordedTableInAnyPieces_IsTheSame(string fixture)
    {
        byte[] text = Fixtures.Bytes(fixture);
        DecodedRow[] whole = [.. ProcNetTcpDecoder.Decode(new MemoryStream(text))];

        whole.ShouldAllBe(row => row.Error == null);
        whole.Length.ShouldBe(text.AsSpan().Count((byte)'\n') - 1);
        foreach (int piece in (int[])[1, 13, 4096])
        {
            ProcNetTcpDecoder.Decode(new PieceStream(text, piece)).ShouldBe(whole);
        }
    }

    /// <summary>As a process would see it whose input is endless.</summary>
    [Fact]
    public void Decode_RowsOnTheirWay_AreGivenBeforeTheEnd()
    {
        byte[] piece = Encoding.Latin1.GetBytes(Rows(1_000, 0x01));

        ProcNetTcpDecoder.Decode(new PieceStream(piece, 4096, isEndless: true)).Take(100_000).Count().ShouldBe(100_000);
    }

    private static DecodedRow[] Decode(string text, ByteOrder order = ByteOrder.Little) =>
        [.. ProcNetTcpDecoder.Decode(new MemoryStream(Encoding.UTF8.GetBytes(text)), order: order)];

    private static string Wrap(string line, int width) =>
        string.Concat(line.Chunk(width).Select(piece => new string(piece) + "\n"));

    /// <summary>Gives at most so many bytes a read, as a pipe may.</summary>
    private sealed class PieceStream(byte[] bytes, int piece, bool isEndless = false) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            if (isEndless && Position == Length)
            {
                Position = 0;
            }

            return base.Read(buffer, offset, Math.Min(count, piece));
        }
    }
}
