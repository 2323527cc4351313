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

        report.Marks(marks);
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
        Outcome outcome = SideBySide.Run(mix.Sockets, $"{mix.Sockets:N0} sockets", entries, runs, report);
        Series cat = outcome[Entries.Cat]!;
        Series procfs = outcome[Entries.Procfs]!;
        report.Line(
            $"Procfs read and count: {procfs.RatioTo(cat):0.000} of cat's whole process, "
            + $"{procfs.RatioToDifference(cat, outcome[Entries.CatStart]!):0.000} of it less its start, "
            + $"{procfs.RatioTo(outcome[Entries.EndOfFile]!):0.000} of the loop in process.");
        return
        [
            new Mark($"procfs read and count / cat, {mix.Sockets:N0} sockets", CatMark, procfs.RatioTo(cat)),
            new Mark($"bytes allocated per read, {mix.Sockets:N0} sockets", 0, outcome.AllocatedBytes(Entries.Procfs)),
            new Mark($"bytes allocated per collection, {mix.Sockets:N0} sockets", 0, outcome.AllocatedBytes(Entries.Collection)),
        ];
    }
}
