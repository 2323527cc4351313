using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>How soon the agent's first export reaches the collector, after its process starts and after its first collection.</summary>
internal static class FirstExport
{
    /// <summary>The wait before the first export is drawn from nothing to it, or to a second where it is longer.</summary>
    private const int IntervalMilliseconds = 200;

    private const double LimitSeconds = 0.1;

    public static Mark Run(string agent, int runs, OtlpSink sink, MarkdownReport report)
    {
        // The first brings the file into memory, and this program's own way of starting one.
        _ = Delays(agent, sink);
        string load = Machine.LoadAverage();
        List<(double SinceStart, double SinceCollection)> delays = [.. Enumerable.Range(0, runs).Select(_ => Delays(agent, sink))];
        report.Heading("First export");
        report.Line($"Until the first export arrives, median of {runs} starts (load average {load} before):");
        report.Line();
        report.Line(
            $"- from the start of the process, with a wait drawn from 0 to {IntervalMilliseconds} ms: "
            + Summary(delays.Select(delay => delay.SinceStart)));
        report.Line($"- from the first collection: {Summary(delays.Select(delay => delay.SinceCollection))}");
        return new Mark(
            "first export after the first collection, s, median",
            LimitSeconds,
            Statistics.Median(delays.Select(delay => delay.SinceCollection)));
    }

    private static (double SinceStart, double SinceCollection) Delays(string agent, OtlpSink sink)
    {
        long before = sink.Exports;
        long start = TimeProvider.System.GetTimestamp();
        using Child child = PublishedAgent.Start(agent, IntervalMilliseconds, sink);
        sink.WaitFor(before + 1);
        OtlpRequest first = sink.Last!;
        return (TimeProvider.System.GetElapsedTime(start, first.Timestamp).TotalSeconds, first.SinceCollection.TotalSeconds);
    }

    private static string Summary(IEnumerable<double> seconds)
    {
        List<double> milliseconds = [.. seconds.Select(value => value * 1000)];
        return $"{Figures.Of(Statistics.Median(milliseconds), "0")} ms, "
            + $"{Figures.Of(milliseconds.Min(), "0")}–{Figures.Of(milliseconds.Max(), "0")}.";
    }
}
