using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>How long after the start of its process the agent's first export reaches the collector.</summary>
internal static class FirstExport
{
    /// <summary>The wait before the first export is drawn from nothing to it, or to a second where it is longer.</summary>
    private const int IntervalMilliseconds = 200;

    private const double LimitSeconds = 0.35;

    public static Mark Run(string agent, int runs, OtlpSink sink, MarkdownReport report)
    {
        // The first brings the file into memory, and this program's own way of starting one.
        _ = Delay(agent, sink);
        string load = Machine.LoadAverage();
        List<double> delays = [.. Enumerable.Range(0, runs).Select(_ => Delay(agent, sink))];
        double median = Statistics.Median(delays);
        report.Heading("First export");
        report.Line(
            $"From the start of the process to the arrival of its first export, with a wait drawn from 0 to {IntervalMilliseconds} ms: "
            + $"median of {runs} starts {Figures.Of(median * 1000, "0")} ms, "
            + $"{Figures.Of(delays.Min() * 1000, "0")}–{Figures.Of(delays.Max() * 1000, "0")} (load average {load} before).");
        return new Mark("first export, s, median", LimitSeconds, median);
    }

    private static double Delay(string agent, OtlpSink sink)
    {
        long before = sink.Exports;
        long start = TimeProvider.System.GetTimestamp();
        using Child child = PublishedAgent.Start(agent, IntervalMilliseconds, sink);
        sink.WaitFor(before + 1);
        return TimeProvider.System.GetElapsedTime(start, sink.LastArrival).TotalSeconds;
    }
}
