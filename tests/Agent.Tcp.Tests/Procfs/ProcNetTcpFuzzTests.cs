using System.Text;
using Agent.Tcp.Procfs;
using Agent.Tcp.Tests.Support;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Procfs;

/// <summary>
/// Mutated tables. Whatever the text: no throw, no hang, no row of the wrong family, every line accounted for, and the
/// same counts as the naive parser's. A failure names its seed; <c>AGENT_FUZZ_SEED</c> runs that one again.
/// </summary>
public class ProcNetTcpFuzzTests
{
    private const int Mutations = 200_000;

    private static readonly byte[][] Corpus = [.. Seeds()];

    [Fact]
    public void Feed_MutatedTables_NeverThrowsAndAccountsForEveryLine()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("AGENT_FUZZ_SEED"), out int only))
        {
            Run(only);
            return;
        }

        int first = Random.Shared.Next();
        for (int round = 0; round < Mutations; round++)
        {
            int seed = unchecked(first + round);
            try
            {
                Run(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Fuzz seed {seed} (AGENT_FUZZ_SEED={seed} runs it alone).", exception);
            }
        }
    }

    private static void Run(int seed)
    {
        var random = new Random(seed);
        byte[] text = Mutate(Corpus[random.Next(Corpus.Length)], random);
        SocketFamily family = random.Next(2) == 0 ? SocketFamily.Inet : SocketFamily.Inet6;
        TableSplit split = random.Next(16) == 0 ? TableSplit.ByteByByte : random.Next(2) == 0 ? TableSplit.Whole : TableSplit.RandomPieces;

        TableResult result = TableSplits.Parse(text, family, split, seed);

        (ConnectionCounts counts, long malformed, long nothing) = NaiveTable.Count(text, family);
        if (result.Malformed != malformed
            || result.Counts.Total + malformed + nothing != NaiveTable.LinesOf(text).Length
            || !SameCounts(result.Counts, counts)
            || (result.FirstFault == RowFault.None) != (malformed == 0))
        {
            result.Counts.Describe().ShouldBe(counts.Describe());
            result.Malformed.ShouldBe(malformed);
            Assert.Fail("A line is not accounted for, or its fault is not named.");
        }

        if (family == SocketFamily.Inet
            ? result.Counts.Total != SumOf(result.Counts, TcpSocketKind.Ipv4Inet)
            : SumOf(result.Counts, TcpSocketKind.Ipv4Inet) != 0)
        {
            Assert.Fail($"A socket of the wrong family: {result.Counts.Describe()}");
        }

        ShapeAgreesWithRow(text, family);
    }

    private static void ShapeAgreesWithRow(ReadOnlySpan<byte> text, SocketFamily family)
    {
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            if (ProcNetTcpShape.TryClassify(line, family, out int code, out TcpSocketKind kind)
                && (ProcNetTcpRow.TryParse(line, out ProcNetTcpRow row) != RowFault.None || row.Code != code || row.Kind != kind))
            {
                Assert.Fail($"Shape says {code:X2} {kind} of a row that is another or none: \"{Encoding.Latin1.GetString(line)}\"");
            }
        }
    }

    private static bool SameCounts(ConnectionCounts left, ConnectionCounts right)
    {
        for (int slot = 0; slot < ConnectionCounts.SlotCount; slot++)
        {
            TcpSocketKind kind = ConnectionCounts.KindOf(slot);
            TcpState state = ConnectionCounts.StateOf(slot);
            if (left[kind, state] != right[kind, state])
            {
                return false;
            }
        }

        return true;
    }

    private static long SumOf(ConnectionCounts counts, TcpSocketKind kind)
    {
        long sum = 0;
        for (int state = 0; state < 16; state++)
        {
            sum += counts[kind, (TcpState)state];
        }

        return sum;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        List<byte> text = [.. original];
        for (int mutation = random.Next(1, 5); mutation > 0 && text.Count > 0; mutation--)
        {
            int place = random.Next(text.Count);
            int length = Math.Min(random.Next(1, 40), text.Count - place);
            switch (random.Next(8))
            {
                case 0:
                    text[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    text[place] = (byte)random.Next(256);
                    break;
                case 2:
                    text.RemoveRange(place, length);
                    break;
                case 3:
                    text.InsertRange(random.Next(text.Count + 1), text.GetRange(place, length));
                    break;
                case 4:
                    text.Insert(place, (byte)"\n\0 :\t\r"[random.Next(6)]);
                    break;
                case 5:
                    text.RemoveRange(place, text.Count - place);
                    break;
                case 6:
                    text[place] = (byte)"0123456789ABCDEFabcdefgG"[random.Next(24)];
                    break;
                default:
                    text.RemoveAt(place);
                    break;
            }
        }

        return [.. text];
    }

    /// <summary>Small tables: a few recorded rows each, so that a mutation meets a row's fields more often than padding.</summary>
    private static IEnumerable<byte[]> Seeds()
    {
        foreach (string fixture in (string[])["linux-6.18/tcp", "linux-6.18/tcp6", "linux-2.6/tcp"])
        {
            string[] lines = Fixtures.Lines(fixture);
            foreach (string[] rows in lines.Skip(1).Chunk(3))
            {
                yield return Join(rows.Prepend(lines[0]));
                yield return Join(rows.Select(row => row.TrimEnd()));
            }
        }

        yield return Encoding.Latin1.GetBytes(ProcRows.Rows(3, 0x0E) + ProcRows.Rows(2, 0x0C, ProcRows.Mapped));
    }

    private static byte[] Join(IEnumerable<string> lines) =>
        Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}
