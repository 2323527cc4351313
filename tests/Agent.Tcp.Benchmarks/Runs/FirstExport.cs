using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>How long after its first interval the agent's first export reaches the collector, the start of its process included.</summary>
internal static class FirstExport
{
    private const int IntervalMilliseconds = 1000;
    private const double LimitSeconds = 0.2;

    public static Mark Run(string agent, int runs, OtlpSink sink, MarkdownReport report)
    {
        // The first brings the file into memory, and this program's own way of starting one.
        _ = Delay(agent, sink);
        string load = Machine.LoadAverage();
        List<double> delays = [.. Enumerable.Range(0, runs).Select(_ => Delay(agent, sink))];
        double median = Statistics.Median(delays);
        report.Heading("First export");
        report.Line(
            $"From the start of the process to the arrival of its first export, less the interval ({IntervalMilliseconds} ms): "
            + $"median of {runs} starts {Figures.Of(median * 1000, "0")} ms, "
            + $"{Figures.Of(delays.Min() * 1000, "0")}–{Figures.Of(delays.Max() * 1000, "0")} (load average {load} before).");
        return new Mark("first export after the first interval, s, median", LimitSeconds, median);
    }

    private static double Delay(string agent, OtlpSink sink)
    {
        long before = sink.Exports;
        long start = TimeProvider.System.GetTimestamp();
        using Child child = PublishedAgent.Start(agent, IntervalMilliseconds, sink);
        sink.WaitFor(before + 1);
        TimeSpan arrived = TimeProvider.System.GetElapsedTime(start, sink.LastArrival);
        return arrived.TotalSeconds - (IntervalMilliseconds / 1000.0);
    }
}
