using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>Measures contestants on the sockets that are there now, and reports them.</summary>
internal static class SideBySide
{
    public static Outcome Run(int sockets, string title, List<Entry> entries, int runs, MarkdownReport report)
    {
        try
        {
            var outcome = new Outcome(sockets, Rounds.Run(entries, runs));
            report.Heading(title);
            SeriesTable.Write(report, outcome.Series, entries);
            return outcome;
        }
        finally
        {
            entries.ForEach(entry => entry.Contestant?.Dispose());
        }
    }
}
