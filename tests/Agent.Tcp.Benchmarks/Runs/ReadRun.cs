using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>Our reading and counting of the kernel's text tables against <c>cat</c> of the same files.</summary>
internal static class ReadRun
{
    private const int DefaultSockets = 10_000;
    private const double CatMark = 1.15;

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        var marks = new List<Mark>();
        foreach (int sockets in options.Sockets is [] ? [DefaultSockets] : options.Sockets)
        {
            marks.AddRange(OneSize(options.Mix(sockets), options.Runs, report));
        }

        if (options.Foreign > 0)
        {
            marks.Add(SmallNamespace.Run(options, report));
        }

        report.Heading("Marks");
        marks.ForEach(mark => report.Line(mark.ToString()));
    }

    private static IEnumerable<Mark> OneSize(SocketMix mix, int runs, MarkdownReport report)
    {
        using SocketHolder holder = SocketHolder.Start(mix);
        List<Entry> entries =
        [
            Entries.OfCat("self"),
            Entries.OfCatStart(),
            Entries.OfEndOfFile("self"),
            Entries.OfProcfs("self"),
            Entries.OfCollection(),
        ];
        List<Series> series = Rounds.Run(entries, runs);
        entries.ForEach(entry => entry.Contestant?.Dispose());

        report.Heading($"{mix.Sockets:N0} sockets");
        SeriesTable.Write(report, series, entries);
        Series cat = series[0], start = series[1], loop = series[2], procfs = series[3], collection = series[4];
        report.Line(
            $"Procfs read and count: {procfs.RatioTo(cat):0.000} of cat's whole process, "
            + $"{procfs.RatioToDifference(cat, start):0.000} of it less its start, {procfs.RatioTo(loop):0.000} of the loop in process.");
        return
        [
            new Mark($"procfs read and count / cat, {mix.Sockets:N0} sockets", CatMark, procfs.RatioTo(cat)),
            new Mark($"bytes allocated per read, {mix.Sockets:N0} sockets", 0, procfs.MaxAllocatedBytes),
            new Mark($"bytes allocated per collection, {mix.Sockets:N0} sockets", 0, collection.MaxAllocatedBytes),
        ];
    }
}
