using System.Globalization;
using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>The commands that list sockets, on a table in a file, beside <c>cat</c> of that file.</summary>
internal static class DecodeRun
{
    private const int DefaultRows = 1_000_000;
    private const double MarkSeconds = 3;
    private const double MarkMegabytes = 64;

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        if (options.Agent is not { } agent)
        {
            report.Line("Give the agent's path as --agent or AGENT_BINARY.");
            return;
        }

        int rows = options.Rows ?? DefaultRows;
        var marks = new List<Mark>();
        string folder = Directory.CreateTempSubdirectory("decode").FullName;
        try
        {
            foreach (SocketFamily family in Enum.GetValues<SocketFamily>())
            {
                marks.AddRange(One(Path.Join(folder, "1", "net"), family, rows, agent, options.Runs, report));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        report.Marks(marks);
    }

    private static IEnumerable<Mark> One(
        string folder, SocketFamily family, int rows, string agent, int runs, MarkdownReport report)
    {
        // What snapshot lists is always found, and is the other family's header alone.
        string name = family == SocketFamily.Inet ? "tcp" : "tcp6";
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Join(folder, "tcp"), TableText.Make(SocketFamily.Inet, family == SocketFamily.Inet ? rows : 0));
        File.WriteAllBytes(Path.Join(folder, "tcp6"), TableText.Make(SocketFamily.Inet6, family == SocketFamily.Inet6 ? rows : 0));
        string file = Path.Join(folder, name);
        string root = Path.GetFullPath(Path.Join(folder, "..", ".."));
        (string Name, string[] Line)[] lines =
        [
            ("cat", [Command.Find("cat")!, file]),
            ("agent decode", [agent, "decode", file]),
            ("agent decode --json", [agent, "decode", file, "--json"]),
            ("agent snapshot --sockets", [agent, "snapshot", "--proc-root", root, "--sockets"]),
            ("agent snapshot --sockets --json", [agent, "snapshot", "--proc-root", root, "--sockets", "--json"]),
        ];
        _ = SideBySide.Run(
            rows,
            string.Create(CultureInfo.InvariantCulture, $"{name}, {rows:N0} rows, {Figures.InMegabytes(new FileInfo(file).Length)} MB"),
            [.. lines.Select(line => new Entry(line.Name, new CommandContestant(line.Line)))],
            runs,
            report);

        // Apart from the rounds: looking takes time, too.
        (string Name, WatchedRun Run)[] watched = [.. lines.Select(line => (line.Name, WatchedRun.Of(line.Line)))];
        report.Table(
            ["command", "wall s", "peak resident MB"],
            watched.Select(one => new[] { one.Name, Figures.Of(one.Run.Wall.TotalSeconds, "0.00"), one.Run.PeakResident is { } peak ? Figures.InMegabytes(peak) : "" }));
        report.Line();
        report.Line($"Once each, load average {Machine.LoadAverage()} after.");
        return watched[1..].SelectMany(one => (Mark[])
        [
            new Mark($"{one.Name}, {name}: s", MarkSeconds, one.Run.Wall.TotalSeconds),
            new Mark($"{one.Name}, {name}: MB resident", MarkMegabytes, one.Run.PeakResident is { } peak ? Figures.Megabytes(peak) : null),
        ]);
    }
}
