using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// What ephemeral ports and services cost: a collection that lists every socket, with the other groups of metrics alone, with
/// those that are on by default, and with all there are.
/// </summary>
internal static class PortsRun
{
    private const int Many = 100_000;
    private const string Without = "neither";
    private const string Default = "ephemeral ports";
    private const string All = "ephemeral ports and services";

    private static readonly int[] DefaultSockets = [1_000, 10_000, 100_000];
    private static readonly TcpSource[] Sources = [TcpSource.Procfs, TcpSource.SockDiag];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        var marks = new List<Mark>();
        foreach (int sockets in options.Sockets is [] ? DefaultSockets : options.Sockets)
        {
            using SocketHolder holder = SocketHolder.Start(options.Mix(sockets));
            Outcome outcome = SideBySide.Run(sockets, $"{sockets:N0} sockets", Contestants(), options.Runs, report);
            foreach (TcpSource source in sockets == Many ? Sources : [])
            {
                Add(source, Default, 1.05);
                Add(source, All, 1.25);
            }

            void Add(TcpSource source, string what, double limit)
            {
                string name = Name(source, what);
                marks.Add(new($"{name} / {Without}, {sockets:N0} sockets", limit, outcome.Ratio(name, Name(source, Without))));
                marks.Add(new($"bytes allocated, {name}, {sockets:N0} sockets", 0, outcome.AllocatedBytes(name)));
            }
        }

        report.Marks(marks);
    }

    private static List<Entry> Contestants() =>
    [
        .. Sources.SelectMany(source => new[]
        {
            Collection(source, Without, groups => groups.ClientPorts = false),
            Collection(source, Default, _ => { }),
            Collection(source, All, groups => groups.Services = true),
        }),
    ];

    private static Entry Collection(TcpSource source, string what, Action<TcpMetricGroups> set)
    {
        var options = new TcpInstrumentationOptions { Source = source, Counting = TcpCounting.List };
        set(options.Metrics);
        var reading = new MeterReading(options);
        return new Entry(Name(source, what), new InProcessContestant(reading.Collect, reading.Count, reading));
    }

    private static string Name(TcpSource source, string what) => $"{source}, {what}";
}
