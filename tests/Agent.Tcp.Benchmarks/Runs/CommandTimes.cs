using Agent.Tcp.Benchmarks.Harness;
using Agent.Tcp.Benchmarks.Report;

namespace Agent.Tcp.Benchmarks.Runs;

/// <summary>How long the commands that people type take, from the start of the process to its end.</summary>
internal static class CommandTimes
{
    private const int Runs = 20;

    private static readonly (string Name, string[] Arguments, double LimitMilliseconds)[] Commands =
    [
        ("agent states", ["states"], 25),
        ("agent snapshot --namespaces own", ["snapshot", "--namespaces", "own"], 35),
    ];

    public static IEnumerable<Mark> Run(string agent, MarkdownReport report)
    {
        string load = Machine.LoadAverage();
        (string Name, double[] Milliseconds, double Limit)[] results =
        [
            .. Commands.Select(command => (command.Name, Times([agent, .. command.Arguments]), command.LimitMilliseconds)),
        ];
        report.Heading("Commands");
        report.Line($"Wall time, {Runs} runs, load average {load} before.");
        report.Line();
        report.Table(
            ["command", "ms (median)", "min–max"],
            results.Select(result => new[]
            {
                result.Name,
                Figures.Of(Statistics.Median(result.Milliseconds), "0.0"),
                $"{Figures.Of(result.Milliseconds.Min(), "0.0")}–{Figures.Of(result.Milliseconds.Max(), "0.0")}",
            }));
        return results.Select(result => new Mark(
            $"`{result.Name}`, ms, median", result.Limit, Statistics.Median(result.Milliseconds)));
    }

    /// <summary>Once uncounted first, which brings the file into memory.</summary>
    private static double[] Times(string[] line)
    {
        _ = Command.Run(line);
        return [.. Enumerable.Range(0, Runs).Select(_ => Command.Time(line).TotalMilliseconds)];
    }
}
