using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>
/// What a real agent has exported several times a second, at the times that it would have at its default interval: one
/// export a minute, the last one at <see cref="End"/>. So a test of an hour's dashboards and alerts takes seconds.
/// </summary>
internal sealed class StretchedExports
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ulong[] _collected;

    /// <summary>Puts exports a minute apart.</summary>
    /// <param name="exports">Each collection once; a spool may have delivered them in any order.</param>
    /// <param name="end">When the last was collected.</param>
    public StretchedExports(IEnumerable<ReceivedExport> exports, DateTimeOffset end)
    {
        ReceivedExport[] ordered = [.. exports.OrderBy(export => export.CollectedAt)];
        _collected = [.. ordered.Select(export => export.CollectedAt)];
        End = DateTimeOffset.FromUnixTimeSeconds(end.ToUnixTimeSeconds());
        Messages = [.. ordered.Select(Stretch)];
    }

    public DateTimeOffset End { get; }

    public IReadOnlyList<ExportMetricsServiceRequest> Messages { get; }

    private ExportMetricsServiceRequest Stretch(ReceivedExport export, int index)
    {
        ExportMetricsServiceRequest message = export.Message.Clone();
        double factor = (_collected.Length - 1) * Interval.TotalNanoseconds / (_collected[^1] - _collected[0]);
        foreach (Metric metric in message.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            foreach (NumberDataPoint point in (IEnumerable<NumberDataPoint>?)metric.Sum?.DataPoints ?? metric.Gauge?.DataPoints ?? [])
            {
                (point.StartTimeUnixNano, point.TimeUnixNano) = (Start(point.StartTimeUnixNano), TimeOf(index));
            }

            // An age has grown in the same time.
            foreach (NumberDataPoint point in (IEnumerable<NumberDataPoint>?)(metric.Unit == "s" ? metric.Gauge : null)?.DataPoints ?? [])
            {
                point.AsDouble *= factor;
            }

            foreach (HistogramDataPoint point in (IEnumerable<HistogramDataPoint>?)metric.Histogram?.DataPoints ?? [])
            {
                (point.StartTimeUnixNano, point.TimeUnixNano) = (Start(point.StartTimeUnixNano), TimeOf(index));
            }
        }

        return message;
    }

    /// <summary>A start stands before the first collection that came after it.</summary>
    private ulong Start(ulong time) => time == 0 ? 0 : TimeOf(_collected.Count(collected => collected < time)) - 1;

    private ulong TimeOf(int index) =>
        (ulong)(End - ((_collected.Length - 1 - index) * Interval)).ToUnixTimeMilliseconds() * 1_000_000;
}
