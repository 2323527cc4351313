using System.Globalization;
using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// What grouping sockets on the command line costs: whole commands, beside <c>ss</c>, and for <c>--by process</c> beside a C
/// program that does nothing but read the links of the open files, which is also done without the capability for an iterator.
/// </summary>
internal static class GroupsRun
{
    private const int DefaultSockets = 100_000;
    private const int Million = 1_000_000;

    /// <summary>As many as connections of a process: to each peer there is one, so that the groups by peer are many.</summary>
    private const int DefaultAddresses = 8_000;

    /// <summary>Its time grows with the square of the sockets: at 240,000 it takes 38 s.</summary>
    private const int MostForSsWithProcesses = 250_000;

    private const double MarkRatio = 1.25;
    private const double MarkIterated = 0.5;
    private const double MarkMegabytes = 128;
    private const double MarkSeconds = 3;
    private const string Links = "C program, links of /proc/PID/fd";
    private const string Port = "agent --by port";
    private const string Process = "agent --by process";
    private const string ByLinks = "agent --by process, by links";

    private static readonly string[] Snapshot = ["snapshot", "--namespaces", "own", "--limit", "10"];

    private static readonly (string Name, string[] Arguments)[] Groupings =
    [
        (Port, ["--by", "port"]),
        ("agent --by peer", ["--by", "peer"]),
        ("agent --by peer --info", ["--by", "peer", "--info"]),
        ("agent --by user", ["--by", "user"]),
        (Process, ["--by", "process"]),
    ];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        if (options.Agent is not { } agent
            || CompiledProgram.Compiler is not { } compiler
            || Command.Find("ss") is not { } ss
            || Command.Find("setpriv") is not { } setpriv)
        {
            report.Line("Give the agent's path as --agent or AGENT_BINARY, and install ss, setpriv and a C compiler (gcc or cc).");
            return;
        }

        Loopback.Up();
        using var links = new CompiledProgram(compiler, "fd_links");
        var marks = new List<Mark>();
        foreach (int sockets in options.Sockets is [] ? [DefaultSockets] : options.Sockets)
        {
            using SocketHolder holder = SocketHolder.Start(
                options.Mix(sockets) with { Addresses = options.Addresses ?? DefaultAddresses });
            Contender[] contenders =
            [
                new(Links, [links.File, .. holder.ProcessIds.Select(id => id.ToString(CultureInfo.InvariantCulture))], Number),
                .. Groupings.Select(grouping => new Contender(grouping.Name, [agent, .. Snapshot, .. grouping.Arguments], Total)),
                new(ByLinks, [setpriv, "--bounding-set=-sys_admin,-bpf,-perfmon", agent, .. Snapshot, "--by", "process"], Total),
                new("ss -tan", [ss, "-tan"], Rows),
            ];
            Contender[] once = sockets <= MostForSsWithProcesses ? [new("ss -tanp", [ss, "-tanp"], Rows)] : [];
            marks.AddRange(OneSize(sockets, contenders, once, options.Runs, report));
        }

        report.Marks(marks);
    }

    private static IEnumerable<Mark> OneSize(int sockets, Contender[] contenders, Contender[] once, int runs, MarkdownReport report)
    {
        string size = $"{sockets:N0} sockets";
        string load = Machine.LoadAverage();
        Outcome outcome = SideBySide.Run(
            sockets,
            size,
            [.. contenders.Select(one => new Entry(one.Name, new CommandContestant(one.Line, one.Count)))],
            runs,
            report);
        report.Table(
            ["contestant", "CPU µs a socket", "wall s (median)"],
            outcome.Series.Select(series => new[]
            {
                series.Name,
                Figures.Of(series.MedianMilliseconds * 1000 / sockets, "0.00"),
                Figures.Of(series.MedianWallSeconds, "0.000"),
            }));
        (string Name, WatchedRun Run)[] watched = [.. contenders.Concat(once).Select(one => (one.Name, WatchedRun.Of(one.Line)))];
        report.Line();
        report.Line("Once each:");
        report.Line();
        report.Table(
            ["contestant", "user s", "kernel s", "wall s", "peak resident MB"],
            watched.Select(one => new[]
            {
                one.Name,
                Figures.Of(one.Run.User.TotalSeconds, "0.000"),
                Figures.Of(one.Run.System.TotalSeconds, "0.000"),
                Figures.Of(one.Run.Wall.TotalSeconds, "0.000"),
                one.Run.PeakResident is { } peak ? Figures.InMegabytes(peak) : "",
            }));
        report.Line();
        report.Line($"Load average {load} before, {Machine.LoadAverage()} after.");

        double ratio = outcome[ByLinks]!.RatioToSum(outcome[Links]!, outcome[Port]!);
        yield return new Mark($"{ByLinks} / ({Links} + {Port}), {size}", MarkRatio, ratio);
        yield return new Mark($"{Process} / {ByLinks}, {size}", MarkIterated, outcome[Process]!.RatioTo(outcome[ByLinks]!));
        foreach ((string name, WatchedRun run) in watched.Where(one => one.Name.StartsWith("agent", StringComparison.Ordinal)))
        {
            yield return new Mark($"{name}, MB resident, {size}", MarkMegabytes, run.PeakResident is { } peak ? Figures.Megabytes(peak) : null);
            if (sockets >= Million && name is not ByLinks)
            {
                yield return new Mark($"{name}, s of CPU, {size}", MarkSeconds, outcome[name]!.MedianMilliseconds / 1000);
            }
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>One line is the head.</summary>
    private static long Rows(string text) => text.AsSpan().Count('\n') - 1;

    /// <summary>From a title such as <c>Sockets by port: 100000 in 15 groups, …</c>.</summary>
    private static long Total(string text) => Number(text[(text.IndexOf(':', StringComparison.Ordinal) + 2)..].Split(' ')[0]);

    /// <summary>A command by name, and how many sockets what it printed tells of.</summary>
    private sealed record Contender(string Name, string[] Line, Func<string, long> Count);
}
