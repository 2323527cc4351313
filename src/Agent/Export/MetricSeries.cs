using System.Globalization;
using OpenTelemetry.Metrics;

namespace Agent.Export;

/// <summary>One series of a metric: its attributes as text, and its value; a histogram's is the mean.</summary>
internal sealed record MetricSeries(IReadOnlyDictionary<string, string> Attributes, object Value)
{
    public static List<MetricSeries> Of(Metric metric)
    {
        var series = new List<MetricSeries>();
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                attributes[tag.Key] = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
            }

            series.Add(new MetricSeries(attributes, Number(metric, point)));
        }

        return series;
    }

    public string Attribute(string name) => Attributes.GetValueOrDefault(name, "");

    private static object Number(Metric metric, MetricPoint point) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => (object)point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
        _ => point.GetHistogramSum() / point.GetHistogramCount(),
    };
}
