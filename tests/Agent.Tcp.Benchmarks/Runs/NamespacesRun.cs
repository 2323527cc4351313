using System.Globalization;
using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// The published agent on a node with many network namespaces of a few sockets, beside those of the host: with the node's
/// hash, and with a hash of their own. Beside it an agent that reads the host's namespace alone, at the same time.
/// </summary>
internal static class NamespacesRun
{
    public const string Sysctl = "/proc/sys/net/ipv4/tcp_child_ehash_entries";
    private const int DefaultIntervalMilliseconds = 10_000;
    private const int SocketsEach = 20;
    private const int WarmUpExports = 3;
    private const int Exports = 6;
    private const int Scrapes = 5;

    /// <summary><c>ss</c> is run in so many of the namespaces; the rest are taken to cost the same.</summary>
    private const int Entered = 20;

    private static readonly int[] DefaultSockets = [1_000, 100_000];

    private static readonly string[] Head =
    [
        "namespaces", "hash", "agent, CPU ms", "of the host alone", "ratio", "read (least)", "oldest, s (most)", "nsenter ss, CPU ms", "node_exporter, CPU ms",
    ];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        Loopback.Up();
        string agent = options.Agent ?? throw new IOException("Give the published agent's path as --agent or AGENT_BINARY.");
        report.Line();
        report.Line(
            $"CPU time for each collection and export, of {Exports}, every {Interval(options) / 1000.0:0.#} s, Tcp:CpuBudget={Budget(options):0.###}; hashes of {options.Buckets:N0} buckets, and {File.ReadAllText("/proc/sys/net/ipv4/tcp_ehash_entries").Trim('-', '\n')} of the node's; "
            + $"{SocketsEach} sockets in each namespace; load average at the beginning: {Machine.LoadAverage()}.");
        var marks = new List<Mark>();
        foreach (int sockets in options.Sockets is [] ? DefaultSockets : options.Sockets)
        {
            using SocketHolder host = SocketHolder.Start(options.Mix(sockets));
            var rows = new List<string[]>();
            foreach (int namespaces in options.Namespaces)
            {
                foreach (bool ownHash in options.OwnHash)
                {
                    File.WriteAllText(Sysctl, ownHash ? Figures.Of(options.Buckets) : "0");
                    using var pods = new NamespaceHolder(namespaces, options.Mix(SocketsEach));
                    Result result = Measure(agent, options, pods.Processes);
                    rows.Add([Figures.Of(namespaces), ownHash ? "own" : "shared", .. result.Cells()]);
                    Console.Error.WriteLine(string.Join(" | ", rows[^1]));
                    marks.AddRange(Marks(sockets, namespaces, ownHash, result));
                }
            }

            report.Heading($"Beside {sockets:N0} sockets of the host");
            report.Table(Head, rows);
        }

        marks.Add(ReadingAges.Run(options, report));
        report.Marks(marks);
    }

    private static Result Measure(string agent, BenchmarkOptions options, IReadOnlyList<string> processes)
    {
        using var all = new NodeAgent(agent, "All", 4318, Interval(options), Budget(options));
        using var host = new NodeAgent(agent, "Host", 4319, Interval(options), Budget(options));
        all.Begin(WarmUpExports);
        host.Begin(WarmUpExports);
        return new Result(all.End(Exports), host.End(Exports), [.. all.Read], [.. all.Age], EnterEach(processes), Scrape(options.NodeExporter));
    }

    private static double? EnterEach(IReadOnlyList<string> processes)
    {
        if (Command.Find("nsenter") is not { } nsenter || Command.Find("ss") is not { } ss)
        {
            return null;
        }

        long Enter(string process) => Command.Run([nsenter, "--net", "--target", process, ss, "-tan"]);
        _ = Enter(processes[0]);
        int entered = Math.Min(processes.Count, Entered);
        return processes.Take(entered).Sum(Enter) / 1e6 * processes.Count / entered;
    }

    private static double? Scrape(string? path)
    {
        using var exporter = (NodeExporter?)Entries.OfNodeExporter(path).Contestant;
        if (exporter is null)
        {
            return null;
        }

        WarmUp.Run(exporter);
        return Statistics.Median(Enumerable.Range(0, Scrapes).Select(_ => exporter.Run().CpuNanoseconds / 1e6));
    }

    private static IEnumerable<Mark> Marks(int sockets, int namespaces, bool ownHash, Result result)
    {
        double? limit = (sockets, namespaces) switch
        {
            (100_000, 110) => 1.7,
            (100_000, 500) => 4.5,
            _ => null,
        };
        if (ownHash && limit is { } ratio)
        {
            string where = $"{namespaces} namespaces of their own hash beside {sockets:N0} sockets";
            yield return new Mark($"the host alone, {where}", ratio, result.Agent / result.Host);
            if (namespaces == 110)
            {
                yield return new Mark($"namespaces not read in some collection, {where}", 0, namespaces + 1 - result.Read.Min());
            }
        }
    }

    private static int Interval(BenchmarkOptions options) => options.IntervalMilliseconds ?? DefaultIntervalMilliseconds;

    /// <summary>As much for each collection as the default gives at the usual interval.</summary>
    private static double Budget(BenchmarkOptions options) =>
        Math.Min(TcpInstrumentationOptions.DefaultCpuBudget * DefaultIntervalMilliseconds / Interval(options), 0.99);

    private sealed record Result(double Agent, double Host, double[] Read, double[] Age, double? Ss, double? NodeExporter)
    {
        public IEnumerable<string> Cells() =>
        [
            Text($"{Agent:0.0}"),
            Text($"{Host:0.0}"),
            Text($"{Agent / Host:0.00}"),
            Text($"{Statistics.Median(Read):0} ({Read.Min():0})"),
            Text($"{Statistics.Median(Age):0} ({Age.Max():0})"),
            Text($"{Ss:0}"),
            Text($"{NodeExporter:0.0}"),
        ];

        private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
