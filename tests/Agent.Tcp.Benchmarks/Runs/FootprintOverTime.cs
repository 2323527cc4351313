using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// An agent, another that exports over TLS, and node_exporter, side by side for minutes. Memory should stop growing: what
/// the agent allocates once (until the first garbage collection, for the first renewed connection) it allocates in the first half.
/// </summary>
internal static class FootprintOverTime
{
    private const int DefaultIntervalMilliseconds = 2000;
    private const double ResidentLimit = 20;
    private const double ResidentLimitWithTls = 28;
    private const double PrivateLimit = 9;

    /// <summary>
    /// Of the slope in the second half, in MB an hour. A thread that comes or goes moves the resident set by a tenth of
    /// a megabyte; an agent that keeps what it allocates grows by two an hour.
    /// </summary>
    private const double GrowthLimit = 1;

    private const int TlsPort = 4320;

    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    public static IEnumerable<Mark> Run(
        string agent, int sockets, BenchmarkOptions options, OtlpSink sink, MarkdownReport report)
    {
        using var certificate = new ThrowawayCertificate();
        using var tlsSink = new OtlpSink(TlsPort, certificate.Certificate);
        int interval = options.IntervalMilliseconds ?? DefaultIntervalMilliseconds;
        long before = sink.Exports;
        using Child plain = PublishedAgent.Start(agent, interval, sink);
        using Child tls = PublishedAgent.Start(agent, interval, tlsSink, authority: certificate.File);
        Entry beside = Entries.OfNodeExporter(options.NodeExporter);
        using var exporter = (NodeExporter?)beside.Contestant;
        List<Watched> watched = [new("agent", plain.Id), new("agent, TLS", tls.Id)];
        if (exporter is not null)
        {
            watched.Add(new("node_exporter, tcpstat only", exporter.Id));
        }

        Watch(watched, exporter, TimeSpan.FromMinutes(options.Minutes), TimeSpan.FromMilliseconds(interval));
        Report(watched, report, $"Over {options.Minutes} minutes, every {interval} ms, {sockets:N0} sockets");
        report.Line();
        report.Line($"{sink.Exports - before:N0} exports, {tlsSink.Exports:N0} over TLS; {watched[0].Looks.Count} samples.");
        if (beside.SkipReason is not null)
        {
            report.Line($"Skipped: node_exporter: {beside.SkipReason}");
        }

        ProcessFootprint last = watched[0].Looks[^1].Footprint;
        return
        [
            new($"resident set after {options.Minutes} minutes, MB", ResidentLimit, Figures.Megabytes(last.Resident)),
            new("the same, over TLS, MB", ResidentLimitWithTls, Figures.Megabytes(watched[1].Looks[^1].Footprint.Resident)),
            new("private dirty memory, MB", PrivateLimit, Figures.Megabytes(last.Dirty)),
            new("growth of the resident set in the second half, MB an hour", GrowthLimit, watched[0].Growth),
        ];
    }

    private static void Watch(List<Watched> watched, NodeExporter? exporter, TimeSpan length, TimeSpan interval)
    {
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan nextLook = FirstLook;
        for (TimeSpan due = TimeSpan.Zero; due <= length; due += interval)
        {
            TimeSpan wait = due - TimeProvider.System.GetElapsedTime(start);
            Thread.Sleep(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
            _ = exporter?.Scrape();
            if (due >= nextLook)
            {
                watched.ForEach(process => process.Look(TimeProvider.System.GetElapsedTime(start)));
                nextLook += BetweenLooks;
            }
        }
    }

    private static void Report(List<Watched> watched, MarkdownReport report, string heading)
    {
        report.Heading(heading);
        report.Table(
            ["", "resident (RSS) MB", "private dirty MB", "descriptors", "threads", "growth, MB an hour"],
            watched.SelectMany(process => new[]
            {
                Row(process.Name, process.Looks[0], ""),
                Row(process.Name, process.Looks[^1], Figures.Of(process.Growth, "0.00")),
            }));
    }

    private static string[] Row(string name, (TimeSpan Age, ProcessFootprint Footprint) look, string growth) =>
    [
        $"{name}, after {Figures.Of(look.Age.TotalMinutes, "0")} min",
        Figures.InMegabytes(look.Footprint.Resident),
        Figures.InMegabytes(look.Footprint.Dirty),
        Figures.Of(look.Footprint.Descriptors),
        Figures.Of(look.Footprint.Threads),
        growth,
    ];

    private sealed record Watched(string Name, int Process)
    {
        public List<(TimeSpan Age, ProcessFootprint Footprint)> Looks { get; } = [];

        /// <summary>The slope of the resident set in the second half, in MB an hour.</summary>
        public double Growth => Statistics.Slope([.. Looks
            .Where(look => look.Age >= Looks[^1].Age / 2)
            .Select(look => (look.Age.TotalHours, Figures.Megabytes(look.Footprint.Resident)))]);

        public void Look(TimeSpan age) => Looks.Add((age, ProcessFootprint.Of(Process)));
    }
}
