using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>The size of the published agent, its memory and whether that grows, and how fast it starts.</summary>
internal static class FootprintRun
{
    private const double FileLimit = 14;

    private static readonly int[] DefaultSockets = [1_000, 100_000];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        string agent = options.Agent is { } path && File.Exists(path)
            ? path
            : throw new IOException("footprint measures the published agent: give its path as --agent or AGENT_BINARY.");
        int[] sizes = options.Sockets is [] ? DefaultSockets : options.Sockets;
        long file = new FileInfo(agent).Length;
        report.Line();
        report.Line($"The published agent: one file of {Figures.InMegabytes(file)} MB (MB: 1,000,000 bytes).");

        using var sink = new OtlpSink();
        sink.WarmUp();
        var marks = new List<Mark> { new("file, MB", FileLimit, Figures.Megabytes(file)) };
        using (SocketHolder.Start(options.Mix(sizes[0])))
        {
            marks.AddRange(CommandTimes.Run(agent, report));
            marks.Add(FirstExport.Run(agent, options.Runs, sink, report));
            marks.AddRange(FootprintOverTime.Run(agent, sizes[0], options, sink, report));
        }

        marks.AddRange(FootprintBySockets.Run(agent, sizes, options, sink, report));
        report.Marks(marks);
    }
}
