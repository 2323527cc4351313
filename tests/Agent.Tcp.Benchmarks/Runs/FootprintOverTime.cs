using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// One agent, left alone with a healthy collector. Its memory is to come to rest: what it takes once (until the first
/// garbage collection, for the first renewed connection) it takes in the first half.
/// </summary>
internal static class FootprintOverTime
{
    private const double ResidentLimit = 42;

    /// <summary>
    /// Of the slope in the second half, in MB an hour. A thread that comes or goes moves the resident set by a tenth of
    /// a megabyte; an agent that keeps what it allocates grows by two an hour.
    /// </summary>
    private const double GrowthLimit = 1;

    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    public static IEnumerable<Mark> Run(
        string agent, int sockets, BenchmarkOptions options, OtlpSink sink, MarkdownReport report)
    {
        List<(TimeSpan Age, ProcessFootprint Footprint)> looks = Watch(agent, options, sink, out long exports);
        List<(double, double)> late = [.. looks
            .Where(look => look.Age >= looks[^1].Age / 2)
            .Select(look => (look.Age.TotalHours, Figures.Megabytes(look.Footprint.Resident)))];
        double slope = Statistics.Slope(late);

        report.Heading($"Over {options.Minutes} minutes, every {options.IntervalMilliseconds} ms, {sockets:N0} sockets");
        Table(report, looks[0], looks[^1]);
        report.Line();
        report.Line(
            $"{exports:N0} exports; {looks.Count} samples. Slope of the resident set in the second half: "
            + $"{Figures.Of(slope, "0.00")} MB an hour.");
        return
        [
            new Mark($"resident set after {options.Minutes} minutes, MB", ResidentLimit, Figures.Megabytes(looks[^1].Footprint.Resident)),
            new Mark("growth of the resident set in the second half, MB an hour", GrowthLimit, slope),
        ];
    }

    private static List<(TimeSpan Age, ProcessFootprint Footprint)> Watch(
        string agent, BenchmarkOptions options, OtlpSink sink, out long exports)
    {
        var looks = new List<(TimeSpan Age, ProcessFootprint Footprint)>();
        var end = TimeSpan.FromMinutes(options.Minutes);
        long before = sink.Exports;
        long start = TimeProvider.System.GetTimestamp();
        using Child child = PublishedAgent.Start(agent, options.IntervalMilliseconds, sink);
        for (TimeSpan due = FirstLook; due <= end; due += BetweenLooks)
        {
            TimeSpan wait = due - TimeProvider.System.GetElapsedTime(start);
            Thread.Sleep(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            looks.Add((TimeProvider.System.GetElapsedTime(start), ProcessFootprint.Of(child.Id)));
        }

        exports = sink.Exports - before;
        return looks;
    }

    private static void Table(
        MarkdownReport report, (TimeSpan Age, ProcessFootprint Footprint) first, (TimeSpan Age, ProcessFootprint Footprint) last)
    {
        Row[] rows =
        [
            new("resident set (RSS), MB", footprint => Figures.InMegabytes(footprint.Resident)),
            new("proportional set (PSS), MB", footprint => Figures.InMegabytes(footprint.Proportional)),
            new("written by it alone (private dirty), MB", footprint => Figures.InMegabytes(footprint.Dirty)),
            new("descriptors", footprint => Figures.Of(footprint.Descriptors)),
            new("threads", footprint => Figures.Of(footprint.Threads)),
        ];
        report.Table(
            ["", $"after {Figures.Of(first.Age.TotalMinutes, "0")} min", $"after {Figures.Of(last.Age.TotalMinutes, "0")} min"],
            rows.Select(row => new[] { row.Name, row.Text(first.Footprint), row.Text(last.Footprint) }));
    }

    private sealed record Row(string Name, Func<ProcessFootprint, string> Text);
}
