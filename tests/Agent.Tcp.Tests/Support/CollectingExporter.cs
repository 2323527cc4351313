using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Agent.Tcp.Tests.Support;

internal sealed record ExportedMetric(
    string Name,
    string Unit,
    string Description,
    string Meter,
    string MeterVersion,
    MetricType Type,
    Dictionary<string, long> Points,
    Dictionary<string, double> Doubles,
    Dictionary<string, (double UpTo, long Count)[]> Buckets)
{
    public long Sum => Points.Values.Sum();
}

/// <summary>Keeps the last export as values: the SDK reuses its own objects.</summary>
internal sealed class CollectingExporter : BaseExporter<Metric>
{
    public Dictionary<string, ExportedMetric> Last { get; private set; } = [];

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var last = new Dictionary<string, ExportedMetric>(StringComparer.Ordinal);
        foreach (Metric metric in batch)
        {
            var points = new Dictionary<string, long>(StringComparer.Ordinal);
            var doubles = new Dictionary<string, double>(StringComparer.Ordinal);
            var buckets = new Dictionary<string, (double UpTo, long Count)[]>(StringComparer.Ordinal);
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
            {
                switch (metric.MetricType)
                {
                    case MetricType.DoubleSum:
                        doubles.Add(TagsOf(point), point.GetSumDouble());
                        break;
                    case MetricType.DoubleGauge:
                        doubles.Add(TagsOf(point), point.GetGaugeLastValueDouble());
                        break;
                    case MetricType.LongGauge:
                        points.Add(TagsOf(point), point.GetGaugeLastValueLong());
                        break;
                    case MetricType.Histogram:
                        doubles.Add(TagsOf(point), point.GetHistogramSum());
                        points.Add(TagsOf(point), point.GetHistogramCount());
                        buckets.Add(TagsOf(point), BucketsOf(point));
                        break;
                    default:
                        points.Add(TagsOf(point), point.GetSumLong());
                        break;
                }
            }

            last.Add(metric.Name, new ExportedMetric(
                metric.Name, metric.Unit, metric.Description, metric.MeterName, metric.MeterVersion, metric.MetricType, points, doubles, buckets));
        }

        Last = last;
        return ExportResult.Success;
    }

    private static (double UpTo, long Count)[] BucketsOf(MetricPoint point)
    {
        var buckets = new List<(double, long)>();
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            buckets.Add((bucket.ExplicitBound, bucket.BucketCount));
        }

        return [.. buckets];
    }

    private static string TagsOf(MetricPoint point)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, object?> tag in point.Tags)
        {
            tags.Add(tag.Key, $"{tag.Value}");
        }

        return string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}"));
    }
}
