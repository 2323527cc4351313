using Agent.Tcp.Benchmarks.Contestants;
using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Kernel;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>
/// Memory on a node of few sockets and of many: the agent keeps counts, not sockets, so its memory should be the same.
/// node_exporter is scraped as often beside it.
/// </summary>
internal static class FootprintBySockets
{
    private const double DifferenceLimit = 1;

    /// <summary>Long enough for procfs to read 100,000 sockets on a busy machine: an export that comes late is none.</summary>
    private const int IntervalMilliseconds = 1000;

    private const int Exports = 20;
    private const int Processes = 3;

    /// <summary>The setting, and the name it goes by here: the default prefers sock_diag.</summary>
    private static readonly (string Name, string? Setting)[] Sources = [("agent, Auto (sock_diag)", null), ("agent, Procfs", "Procfs")];

    public static IEnumerable<Mark> Run(
        string agent, int[] sizes, BenchmarkOptions options, OtlpSink sink, MarkdownReport report)
    {
        var agents = new List<double[]>();
        var exporters = new List<double?>();
        foreach (int sockets in sizes)
        {
            using SocketHolder holder = SocketHolder.Start(options.Mix(sockets));
            agents.Add([.. Sources.Select(source => Median(() => OfAgent(agent, source.Setting, sink))!.Value)]);
            exporters.Add(Median(() => OfNodeExporter(options.NodeExporter)));
        }

        report.Heading("By the number of sockets");
        report.Line($"Resident set in MB after {Exports} exports or scrapes, every {IntervalMilliseconds} ms, median of {Processes} processes.");
        report.Line();
        report.Table(
            ["", .. sizes.Select(size => $"{size:N0} sockets")],
            Sources
                .Select((source, index) => new[] { source.Name }
                    .Concat(agents.Select(bySource => Figures.InMegabytes(bySource[index]))).ToArray())
                .Append(["node_exporter, tcpstat only", .. exporters.Select(bytes => bytes is { } value ? Figures.InMegabytes(value) : "")]));
        return Sources.Select((source, index) => new Mark(
            $"resident set with {sizes[^1]:N0} sockets less that with {sizes[0]:N0}, MB, {source.Name}",
            DifferenceLimit,
            Figures.Megabytes(agents[^1][index] - agents[0][index])));
    }

    private static double? Median(Func<double?> resident)
    {
        double?[] all = [.. Enumerable.Range(0, Processes).Select(_ => resident())];
        return all.Contains(null) ? null : Statistics.Median(all.Select(one => one!.Value));
    }

    private static double? OfAgent(string agent, string? source, OtlpSink sink)
    {
        long before = sink.Exports;
        using Child child = PublishedAgent.Start(agent, IntervalMilliseconds, sink, source);
        sink.WaitFor(before + Exports);
        return ProcessFootprint.Of(child.Id).Resident;
    }

    /// <summary>Null where it is not installed.</summary>
    private static double? OfNodeExporter(string? path)
    {
        using var exporter = (NodeExporter?)Entries.OfNodeExporter(path).Contestant;
        for (int scrape = 0; scrape < Exports && exporter is not null; scrape++)
        {
            Thread.Sleep(IntervalMilliseconds);
            _ = exporter.Scrape();
        }

        return exporter is null ? null : ProcessFootprint.Of(exporter.Id).Resident;
    }
}
