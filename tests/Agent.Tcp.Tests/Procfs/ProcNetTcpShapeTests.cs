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
}
