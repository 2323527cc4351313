using System.Globalization;
using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>Every way to learn the sockets' states, at several sizes, side by side.</summary>
internal static class CompareRun
{
    private static readonly int[] DefaultSockets = [1_000, 10_000, 100_000];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        var outcomes = new List<Outcome>();
        foreach (int sockets in options.Sockets is [] ? DefaultSockets : options.Sockets)
        {
            using SocketHolder holder = SocketHolder.Start(options.Mix(sockets));
            outcomes.Add(SideBySide.Run(sockets, $"{sockets:N0} sockets", Contestants(options), options.Runs, report));
        }

        List<Mark> marks = [.. outcomes.SelectMany(outcome => CompareMarks.Of(outcome, options.Mix(outcome.Sockets).IsIpv4Only))];
        if (options.Foreign > 0)
        {
            marks.Add(SmallNamespace.Run(options, report));
        }

        Summary(outcomes, report);
        report.Marks(marks);
    }

    /// <summary>The first is what the others are divided by.</summary>
    private static List<Entry> Contestants(BenchmarkOptions options) =>
    [
        Entries.OfCat("self"),
        Entries.OfSs(),
        Entries.OfNodeExporter(options.NodeExporter),
        Entries.OfBaseClassLibrary(),
        Entries.OfProcfs("self"),
        Entries.OfCProgram(),
        Entries.OfSockDiag(),
        Entries.OfTotals(),
        Entries.OfAgent(options.Agent),
        Entries.OfListingAgent(options.Agent),
    ];

    private static void Summary(List<Outcome> outcomes, MarkdownReport report)
    {
        report.Heading($"CPU time as a ratio to `{Entries.Cat}`");
        report.Table(
            ["contestant", .. outcomes.Select(outcome => $"{outcome.Sockets:N0} sockets")],
            outcomes[0].Series.Select(series => new[]
            {
                series.Name,
            }.Concat(outcomes.Select(outcome => Text(outcome.Ratio(series.Name, Entries.Cat)))).ToArray()));
    }

    private static string Text(double? ratio) => ratio?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";
}
