using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>The agent's memory on a node of few sockets and of many: it keeps counts, not sockets, so it is to be the same.</summary>
internal static class FootprintBySockets
{
    private const double DifferenceLimit = 2;
    private const int IntervalMilliseconds = 500;
    private const int Exports = 20;
    private const int Processes = 3;

    /// <summary>The setting, and the name it goes by here: the default prefers sock_diag.</summary>
    private static readonly (string Name, string? Setting)[] Sources = [("Auto (sock_diag)", null), ("Procfs", "Procfs")];

    public static IEnumerable<Mark> Run(
        string agent, int[] sizes, BenchmarkOptions options, OtlpSink sink, MarkdownReport report)
    {
        double[][] resident = [.. sizes.Select(sockets =>
        {
            using SocketHolder holder = SocketHolder.Start(options.Mix(sockets));
            return Sources.Select(source => Resident(agent, source.Setting, sink)).ToArray();
        })];

        report.Heading("By the number of sockets");
        report.Line($"Resident set in MB after {Exports} exports, median of {Processes} processes.");
        report.Line();
        report.Table(
            ["source", .. sizes.Select(size => $"{size:N0} sockets")],
            Sources.Select((source, index) => new[] { source.Name }
                .Concat(resident.Select(bySource => Figures.InMegabytes(bySource[index]))).ToArray()));
        return Sources.Select((source, index) => new Mark(
            $"resident set with {sizes[^1]:N0} sockets less that with {sizes[0]:N0}, MB, {source.Name}",
            DifferenceLimit,
            Figures.Megabytes(resident[^1][index] - resident[0][index])));
    }

    private static double Resident(string agent, string? source, OtlpSink sink) =>
        Statistics.Median(Enumerable.Range(0, Processes).Select(_ =>
        {
            long before = sink.Exports;
            using Child child = PublishedAgent.Start(agent, IntervalMilliseconds, sink, source);
            sink.WaitFor(before + Exports);
            return (double)ProcessFootprint.Of(child.Id).Resident;
        }));
}
