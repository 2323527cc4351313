using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// What round-trip times cost: collections that sample them beside the same without, with the defaults otherwise, and where
/// every socket is listed. A run is as many collections as large tables have from one listing to the next.
/// </summary>
internal static class RoundTripsRun
{
    private const int Collections = 20;
    private const int Large = 100_000;

    private static readonly int[] DefaultSockets = [1_000, 100_000, 500_000];
    private static readonly TcpCounting[] Countings = [TcpCounting.Auto, TcpCounting.List];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        var marks = new List<Mark>();
        foreach (int sockets in options.Sockets is [] ? DefaultSockets : options.Sockets)
        {
            using SocketHolder holder = SocketHolder.Start(options.Mix(sockets));
            List<Entry> entries = [.. Countings.SelectMany(counting => new[] { Entry(counting, false), Entry(counting, true) })];
            Outcome outcome = SideBySide.Run(
                sockets, $"{sockets:N0} sockets, {Collections} collections", entries, options.Runs, report);
            foreach (TcpCounting counting in Countings)
            {
                // All of a small table is sampled each time, for about 2 ms: the table of figures tells, there is no mark.
                if (sockets >= Large)
                {
                    double? ratio = outcome.Ratio(Name(counting, true), Name(counting, false));
                    marks.Add(new($"{Name(counting, true)} / without, {sockets:N0} sockets", 1.15, ratio));
                }
            }
        }

        report.Marks(marks);
    }

    private static Entry Entry(TcpCounting counting, bool samples)
    {
        // Back to back, collections earn no budget.
        var options = new TcpInstrumentationOptions { Counting = counting, CpuBudget = TcpInstrumentationOptions.MaxCpuBudget };
        options.Metrics.RoundTrips = samples;
        var reading = new MeterReading(options);
        return new Entry(Name(counting, samples), new InProcessContestant(() => Collect(reading), reading.Count, reading));
    }

    private static void Collect(MeterReading reading)
    {
        for (int collection = 0; collection < Collections; collection++)
        {
            reading.Collect();
        }
    }

    private static string Name(TcpCounting counting, bool samples) =>
        $"{(counting == TcpCounting.List ? "listing" : "default")}, {(samples ? "with" : "without")} round-trip times";
}
