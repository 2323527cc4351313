using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>What the trouble signals cost: a collection with every group of metrics, and one of the connections alone.</summary>
internal static class SignalsRun
{
    private const double Limit = 1.05;
    private const string Counters = "snmp and netstat, read and parsed";

    private static readonly int[] DefaultSockets = [1_000, 10_000, 100_000];
    private static readonly TcpSource[] Sources = [TcpSource.Procfs, TcpSource.SockDiag];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        var marks = new List<Mark>();
        foreach (int sockets in options.Sockets is [] ? DefaultSockets : options.Sockets)
        {
            using SocketHolder holder = SocketHolder.Start(options.Mix(sockets));
            Outcome outcome = SideBySide.Run(sockets, $"{sockets:N0} sockets", Contestants(), options.Runs, report);
            foreach (TcpSource source in Sources)
            {
                string on = Name(source, signals: true);
                marks.Add(new($"{on} / connections alone, {sockets:N0} sockets", Limit, outcome.Ratio(on, Name(source, signals: false))));
                marks.Add(new($"bytes allocated, {on}, {sockets:N0} sockets", 0, outcome.AllocatedBytes(on)));
            }
        }

        report.Marks(marks);
    }

    private static List<Entry> Contestants()
    {
        List<Entry> entries = [];
        foreach (TcpSource source in Sources)
        {
            entries.Add(Collection(source, signals: false));
            entries.Add(Collection(source, signals: true));
        }

        entries.Add(new Entry(Counters, new InProcessContestant(new CounterReading().Read)));
        return entries;
    }

    private static Entry Collection(TcpSource source, bool signals)
    {
        var options = new TcpInstrumentationOptions { Source = source };
        if (!signals)
        {
            options.Metrics.TurnOff();
        }

        var reading = new MeterReading(options);
        return new Entry(Name(source, signals), new InProcessContestant(reading.Collect, reading.Count, reading));
    }

    private static string Name(TcpSource source, bool signals) =>
        $"{source}, {(signals ? "every group of metrics" : "connections alone")}";
}
