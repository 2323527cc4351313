using System.Globalization;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;
using Agent.Tcp.Procfs;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>The procfs parser alone, over tables in memory, handed on in the pages that the kernel would fill.</summary>
internal static class ParserRun
{
    private const int DefaultRows = 10_000;
    private const int RowsPerRun = 300_000;

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        int rows = options.Rows ?? DefaultRows;
        report.Heading($"Parser, {rows:N0} rows");
        report.Table(
            ["table", "GB/s", "rows/s", "ns/row", "careful parser ns/row", "careful / table"],
            Enum.GetValues<SocketFamily>().Select(family => Family(family, rows, options.Runs)));
        report.Line();
        report.Line("CPU time, medians. The careful parser (ProcNetTcpRow) reads every field; the table judges a common row by its shape.");
    }

    private static string[] Family(SocketFamily family, int rows, int runs)
    {
        byte[] text = TableText.Make(family, rows);
        int[] pages = TableText.Pages(text);
        int passes = Math.Max(1, RowsPerRun / rows);
        var counts = new ConnectionCounts();
        Entry[] entries =
        [
            new("table", new Contestants.InProcessContestant(() => Repeat(passes, () => Table(text, pages, family, counts)))),
            new("careful", new Contestants.InProcessContestant(() => Repeat(passes, () => Careful(text, counts)))),
        ];
        Check(rows, () => Table(text, pages, family, counts), counts);
        Check(rows, () => Careful(text, counts), counts);
        List<Series> series = Rounds.Run(entries, runs);
        double tableNanoseconds = series[0].MedianMilliseconds * 1e6 / passes;
        double carefulNanoseconds = series[1].MedianMilliseconds * 1e6 / passes;
        return
        [
            family == SocketFamily.Inet ? "tcp" : "tcp6",
            Text($"{text.Length / tableNanoseconds:0.00}"),
            Text($"{rows / tableNanoseconds * 1e9:N0}"),
            Text($"{tableNanoseconds / rows:0.0}"),
            Text($"{carefulNanoseconds / rows:0.0}"),
            Text($"{series[1].RatioTo(series[0]):0.00}"),
        ];
    }

    private static void Repeat(int passes, Action pass)
    {
        for (int count = 0; count < passes; count++)
        {
            pass();
        }
    }

    private static void Table(byte[] text, int[] pages, SocketFamily family, ConnectionCounts counts)
    {
        var table = new ProcNetTcpTable(family, counts);
        for (int page = 0; page + 1 < pages.Length; page++)
        {
            _ = table.Feed(text.AsSpan(pages[page]..pages[page + 1]));
        }
    }

    private static void Careful(ReadOnlySpan<byte> text, ConnectionCounts counts)
    {
        for (int length; (length = text.IndexOf((byte)'\n')) >= 0; text = text[(length + 1)..])
        {
            if (ProcNetTcpRow.TryParse(text[..length], out ProcNetTcpRow row) == RowFault.None)
            {
                counts.Add(row.Kind, row.Code);
            }
        }
    }

    private static void Check(int rows, Action pass, ConnectionCounts counts)
    {
        counts.Clear();
        pass();
        if (counts.Total != rows)
        {
            throw new InvalidOperationException($"Counted {counts.Total} of {rows} rows.");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
