using System.Diagnostics;
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

    /// <summary>A process's peak is looked at this often while it runs; the last look comes at most so long before its end.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

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
        (string Name, TimeSpan Elapsed, long Peak)[] peaks = [.. lines.Select(line => Peak(line.Name, line.Line))];
        report.Table(
            ["command", "wall s", "peak resident MB"],
            peaks.Select(peak => new[] { peak.Name, Figures.Of(peak.Elapsed.TotalSeconds, "0.00"), Figures.InMegabytes(peak.Peak) }));
        report.Line();
        report.Line($"Once each, load average {Machine.LoadAverage()} after.");
        return peaks[1..].SelectMany(peak => (Mark[])
        [
            new Mark($"{peak.Name}, {name}: s", MarkSeconds, peak.Elapsed.TotalSeconds),
            new Mark($"{peak.Name}, {name}: MB resident", MarkMegabytes, Figures.Megabytes(peak.Peak)),
        ]);
    }

    /// <summary>wait4's figure would be this program's own: a child begins with what its parent held.</summary>
    private static (string Name, TimeSpan Elapsed, long Peak) Peak(string name, string[] line)
    {
        long start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null", .. line]))!;
        long peak = 0;
        while (!process.WaitForExit(Look))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return process.ExitCode == 0
            ? (name, elapsed, peak)
            : throw new IOException($"{name} ended with exit code {process.ExitCode}.");
    }

    /// <summary>A line such as <c>VmHWM:   37532 kB</c>, in units of 1024 bytes; 0 when the process has just ended.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            string? line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"))
                .FirstOrDefault(candidate => candidate.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
