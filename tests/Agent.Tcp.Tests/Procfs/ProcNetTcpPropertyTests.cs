using System.Text;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

/// <summary>Generated rows, and rows gone wrong, read alike by the two parsers and the naive one.</summary>
public class ProcNetTcpPropertyTests
{
    private const int Rounds = 10_000;

    private static readonly Gen<string> Spaces = Gen.Frequency(
        (8, Gen.Constant(" ")), (2, Gen.Choose(1, 9).Select(count => new string(' ', count))), (1, Gen.Constant("\t ")));

    private static readonly Gen<string> Ipv4 = Gen.OneOf(Gen.Elements(ProcRows.Any4, ProcRows.Loopback4), Hex(8));

    private static readonly Gen<string> Ipv6 = Gen.OneOf(
        Gen.Elements(ProcRows.Any6, ProcRows.Loopback6, ProcRows.Mapped),
        Hex(32),
        Hex(8).Select(word => "0000000000000000FFFF0000" + word),
        Hex(8).Select(word => "00000000000000000000FFFF" + word),
        Hex(8).Select(word => "0000000000000000ffff0000" + word));

    private static readonly Gen<string> Decimal = Gen.Frequency(
        (6, Gen.Choose(0, 70_000).Select(value => value.ToString())),
        (1, Gen.Choose(1, 21).SelectMany(width => Gen.Choose('0', '9').ArrayOf(width)).Select(Text)),
        (1, Gen.Choose(int.MinValue, int.MaxValue).Select(value => value.ToString())));

    private static readonly Gen<string> Tail = Gen.Elements(
        "", " ", "\r", "\0\0", "  \r", ProcRows.FullTail, ProcRows.TimeWaitTail, " 1 ffff81002f449980 3000 0 0 2 -1", " 1 (null) x y z");

    private static readonly Gen<string> Row =
        from isInet in Gen.Elements(true, false)
        from address in Gen.Two(isInet ? Ipv4 : Ipv6)
        from ports in Gen.Two(Hex(4))
        from code in Gen.Frequency((3, Gen.Choose(0, 15).Select(value => value.ToString("X2"))), (1, Hex(2)))
        from queues in Gen.Two(Width(8))
        from timer in Hex(2)
        from ticks in Width(8)
        from retransmits in Width(8)
        from slot in Decimal
        from owner in Gen.Three(Decimal)
        from lead in Gen.Elements("", " ", "   ", "\t")
        from parts in Spaces.ArrayOf(9)
        from tail in Tail
        select $"{lead}{slot}:{parts[0]}{address.Item1}:{ports.Item1}{parts[1]}{address.Item2}:{ports.Item2}{parts[2]}{code}{parts[3]}"
            + $"{queues.Item1}:{queues.Item2}{parts[4]}{timer}:{ticks}{parts[5]}{retransmits}{parts[6]}"
            + $"{owner.Item1}{parts[7]}{owner.Item2}{parts[8]}{owner.Item3}{tail}";

    private static readonly Gen<string> DamagedRow =
        from row in Row
        from place in Gen.Choose(0, row.Length - 1)
        from character in Gen.OneOf(Gen.Choose(0, 255), Gen.Elements(' ', ':', '0', 'F', '\0', '-').Select(value => (int)value))
        from way in Gen.Choose(0, 3)
        select way switch
        {
            0 => row[..place] + (char)character + row[(place + 1)..],
            1 => row[..place] + (char)character + row[place..],
            2 => row.Remove(place, 1),
            _ => row[..place],
        };

    [Fact]
    public void TryParse_GeneratedRows_AreReadAsTheNaiveParserDoes() => Check(Row, AgreesWithNaive);

    [Fact]
    public void TryParse_DamagedRows_AreReadAsTheNaiveParserDoes() => Check(DamagedRow, AgreesWithNaive);

    [Fact]
    public void TryClassify_GeneratedRows_AgreesWithTheRowParserWhenItAccepts() => Check(Row, ShapeAgreesWithRow);

    [Fact]
    public void TryClassify_DamagedRows_AgreesWithTheRowParserWhenItAccepts() => Check(DamagedRow, ShapeAgreesWithRow);

    /// <summary>A property that is never put to the test proves nothing.</summary>
    [Fact]
    public void Generators_GiveRowsOfBothVerdicts()
    {
        string[] rows = [.. Gen.Sample(Row, 2_000, 50)];
        int parsed = rows.Count(row => NaiveTable.Parse(row, out _) == NaiveLine.Row);
        int shaped = rows.Count(row => IsShaped(row, SocketFamily.Inet) || IsShaped(row, SocketFamily.Inet6));

        parsed.ShouldBeInRange(rows.Length / 10, rows.Length - (rows.Length / 100));
        shaped.ShouldBeInRange(rows.Length / 100, parsed);
    }

    private static bool IsShaped(string row, SocketFamily family) =>
        ProcNetTcpShape.TryClassify(Encoding.Latin1.GetBytes(row), family, out _, out _);

    private static void AgreesWithNaive(string text)
    {
        byte[] line = Encoding.Latin1.GetBytes(text);
        NaiveLine verdict = NaiveTable.Parse(text, out NaiveRow? naive);

        RowFault fault = ProcNetTcpRow.TryParse(ProcNetTcpLine.Trim(line), out ProcNetTcpRow row);

        (fault == RowFault.None).ShouldBe(verdict == NaiveLine.Row);
        if (naive is not null)
        {
            ((int)row.Code).ShouldBe(naive.Code);
            row.Family.ShouldBe(naive.Family);
            row.Kind.ShouldBe(naive.Kind);
            row.Local.ToEndPoint(row.Family, ByteOrders.OfThisMachine).ShouldBe(naive.Local);
            row.Remote.ToEndPoint(row.Family, ByteOrders.OfThisMachine).ShouldBe(naive.Remote);
            row.Uid.ShouldBe(naive.Uid);
            row.Inode.ShouldBe(naive.Inode);
        }
    }

    private static void ShapeAgreesWithRow(string text)
    {
        byte[] line = Encoding.Latin1.GetBytes(text);
        foreach (SocketFamily family in Enum.GetValues<SocketFamily>())
        {
            if (ProcNetTcpShape.TryClassify(line, family, out int code, out TcpSocketKind kind))
            {
                ProcNetTcpRow.TryParse(line, out ProcNetTcpRow row).ShouldBe(RowFault.None);
                code.ShouldBe(row.Code);
                kind.ShouldBe(row.Kind);
                row.Family.ShouldBe(family);
            }
        }
    }

    private static void Check(Gen<string> rows, Action<string> property) =>
        Prop.ForAll(rows.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(Rounds).WithQuietOnSuccess(true));

    private static Gen<string> Hex(int width) =>
        Gen.Frequency((12, Gen.Elements("0123456789ABCDEF".ToCharArray())), (1, Gen.Elements("abcdef".ToCharArray())))
            .ArrayOf(width)
            .Select(digits => new string(digits));

    private static Gen<string> Width(int common) =>
        Gen.Frequency((12, Hex(common)), (1, Gen.Choose(1, 18).SelectMany(Hex)));

    private static string Text(int[] characters) => new(Array.ConvertAll(characters, character => (char)character));
}
