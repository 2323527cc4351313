using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>What the published agent takes of a node's memory, whether that stays so, and how soon it first exports.</summary>
internal static class FootprintRun
{
    private static readonly int[] DefaultSockets = [1_000, 100_000];

    public static void Run(BenchmarkOptions options, MarkdownReport report)
    {
        string agent = options.Agent is { } path && File.Exists(path)
            ? path
            : throw new IOException("footprint measures the published agent: give its path as --agent or AGENT_BINARY.");
        int[] sizes = options.Sockets is [] ? DefaultSockets : options.Sockets;
        report.Line();
        report.Line($"The published agent: one file of {Figures.InMegabytes(new FileInfo(agent).Length)} MB (MB: 1,000,000 bytes).");

        using var sink = new OtlpSink();
        sink.WarmUp();
        var marks = new List<Mark>();
        using (SocketHolder.Start(options.Mix(sizes[0])))
        {
            marks.Add(FirstExport.Run(agent, options.Runs, sink, report));
            marks.AddRange(FootprintOverTime.Run(agent, sizes[0], options, sink, report));
        }

        marks.AddRange(FootprintBySockets.Run(agent, sizes, options, sink, report));
        report.Marks(marks);
    }
}
