using System.Text;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

public class ProcNetTcpShapeTests
{
    /// <summary>The fast way is worth its code only if today's kernels take it.</summary>
    [Theory]
    [InlineData("linux-6.18/tcp", SocketFamily.Inet)]
    [InlineData("linux-6.18/tcp6", SocketFamily.Inet6)]
    [InlineData("linux-2.6/tcp", SocketFamily.Inet)]
    public void TryClassify_EveryRecordedRow_IsOfTheCommonShape(string fixture, SocketFamily family)
    {
        foreach (string line in Fixtures.Lines(fixture).Skip(1))
        {
            byte[] bytes = Encoding.Latin1.GetBytes(line);
            ProcNetTcpRow.TryParse(bytes, out ProcNetTcpRow row).ShouldBe(RowFault.None);

            ProcNetTcpShape.TryClassify(bytes, family, out int code, out TcpSocketKind kind).ShouldBeTrue(line);

            code.ShouldBe(row.Code);
            kind.ShouldBe(row.Kind);
            RowOf(bytes, family).ShouldBe(row.ToRow());
        }
    }

    /// <summary>Addresses, ports, uids and inodes of every digit in every place.</summary>
    [Theory]
    [InlineData(SocketFamily.Inet)]
    [InlineData(SocketFamily.Inet6)]
    public void RowOf_AnyNumbers_IsTheRowParsers(SocketFamily family)
    {
        var random = new Random(21);
        for (int row = 0; row < 5_000; row++)
        {
            string Hex(int digits) => string.Concat(Enumerable.Range(0, digits).Select(_ => "0123456789ABCDEFabcdef"[random.Next(22)]));
            int digits = family == SocketFamily.Inet ? ProcNetTcpRow.Ipv4Digits : ProcNetTcpRow.Ipv6Digits;
            byte[] line = Encoding.ASCII.GetBytes(
                $"{row,4}: {Hex(digits)}:{Hex(4)} {Hex(digits)}:{Hex(4)} {Hex(2)} {Hex(8)}:{Hex(8)} {Hex(2)}:{Hex(8)} {Hex(8)} "
                + $"{random.NextInt64(1L << 33),5} {random.Next(100),8} {random.NextInt64()} 1 {Hex(16)} 20 4 30 10 -1");
            ProcNetTcpRow.TryParse(line, out ProcNetTcpRow slow).ShouldBe(RowFault.None);

            RowOf(line, family).ShouldBe(slow.ToRow(), Encoding.ASCII.GetString(line));
        }
    }

    [Theory]
    [InlineData("linux-6.18/tcp", SocketFamily.Inet6)]
    [InlineData("linux-6.18/tcp6", SocketFamily.Inet)]
    public void TryClassify_RowsOfTheOtherFamily_AreRefused(string fixture, SocketFamily family)
    {
        foreach (string line in Fixtures.Lines(fixture))
        {
            ProcNetTcpShape.TryClassify(Encoding.Latin1.GetBytes(line), family, out _, out _).ShouldBeFalse(line);
        }
    }

    [Theory]
    [InlineData(ProcRows.Loopback4, SocketFamily.Inet)]
    [InlineData(ProcRows.Loopback6, SocketFamily.Inet6)]
    [InlineData(ProcRows.Mapped, SocketFamily.Inet6)]
    public void TryClassify_EveryByteInEveryPlace_NeverAcceptsWhatTheRowParserRefuses(string address, SocketFamily family)
    {
        byte[] line = Encoding.Latin1.GetBytes(ProcRows.Row(0x06, address, tail: ProcRows.TimeWaitTail));
        int accepted = 0;
        for (int index = 0; index < line.Length; index++)
        {
            byte original = line[index];
            for (int value = 0; value <= byte.MaxValue; value++)
            {
                line[index] = (byte)value;
                if (ProcNetTcpShape.TryClassify(line, family, out int code, out TcpSocketKind kind))
                {
                    accepted++;
                    ProcNetTcpRow.TryParse(line, out ProcNetTcpRow row).ShouldBe(RowFault.None, Encoding.Latin1.GetString(line));
                    code.ShouldBe(row.Code);
                    kind.ShouldBe(row.Kind);
                }
            }

            line[index] = original;
        }

        accepted.ShouldBeGreaterThan(line.Length);
    }

    [Theory]
    [InlineData(ProcRows.Loopback4, SocketFamily.Inet)]
    [InlineData(ProcRows.Loopback6, SocketFamily.Inet6)]
    public void TryClassify_TornAtEveryByte_AgreesWithTheRowParser(string address, SocketFamily family)
    {
        byte[] line = Encoding.Latin1.GetBytes(ProcRows.Row(0x06, address, tail: ProcRows.TimeWaitTail));
        for (int length = 0; length <= line.Length; length++)
        {
            // A copy of its own: a vector load past its end would read foreign memory.
            byte[] torn = line[..length];
            ProcNetTcpShape.TryClassify(torn, family, out _, out _)
                .ShouldBe(ProcNetTcpRow.TryParse(torn, out _) == RowFault.None, $"{length} bytes");
        }
    }

    private static SocketRow RowOf(byte[] line, SocketFamily family)
    {
        ProcNetTcpShape.TryClassify(line, family, out int code, out _, out ReadOnlySpan<byte> body).ShouldBeTrue();
        return ProcNetTcpShape.RowOf(body, family, code);
    }
}
