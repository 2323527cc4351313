using System.Globalization;
using Agent.Tcp.Benchmarks.Harness;

namespace Agent.Tcp.Benchmarks.Report;

/// <summary>Contestants side by side; the first is what the others are divided by.</summary>
internal static class SeriesTable
{
    private static readonly string[] Head =
        ["contestant", "CPU ms (median)", "min–max", "ratio", "bytes allocated", "sockets seen"];

    public static void Write(MarkdownReport report, IReadOnlyList<Series> series, IEnumerable<Entry> entries)
    {
        Series baseline = series[0];
        report.Table(Head, series.Select(item => new[]
        {
            item.Name,
            Text($"{item.MedianMilliseconds:0.000}"),
            Text($"{item.MinMilliseconds:0.000}–{item.MaxMilliseconds:0.000}"),
            Text($"{item.RatioTo(baseline):0.000}"),
            item.MaxAllocatedBytes is { } bytes ? Text($"{bytes:N0}") : "",
            item.Sockets is { } sockets ? Text($"{sockets:N0}") : "",
        }));
        report.Line();
        foreach (Entry entry in entries.Where(entry => entry.SkipReason is not null))
        {
            report.Line($"Skipped: {entry.Name}: {entry.SkipReason}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
