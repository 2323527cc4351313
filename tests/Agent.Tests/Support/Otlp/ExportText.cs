using System.Globalization;
using System.Text;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>An export as text that is the same each time: sorted, without timestamps, and what differs by machine named.</summary>
internal static class ExportText
{
    /// <summary>Resource attributes whose values differ by machine or by version.</summary>
    private static readonly string[] Varying =
        ["host.name", "service.instance.id", "service.version", "telemetry.sdk.version"];

    /// <summary>Values that are not whole numbers are seconds that were measured.</summary>
    private const string Measured = "<measured>";

    public static string Render(ReceivedExport export)
    {
        var text = new StringBuilder();
        foreach (ResourceMetrics resource in export.Message.ResourceMetrics)
        {
            text.Append("resource\n");
            foreach ((string key, string value) in Attributes(resource.Resource.Attributes))
            {
                string shown = Varying.Contains(key, StringComparer.Ordinal) && value.Length > 0 ? $"<{key}>" : value;
                text.Append($"  {key}={shown}\n");
            }

            foreach (ScopeMetrics scope in resource.ScopeMetrics.OrderBy(scope => scope.Scope.Name, StringComparer.Ordinal))
            {
                string version = scope.Scope.Version.Length > 0 ? "<version>" : "no version";
                text.Append($"scope {scope.Scope.Name} {version}\n");
                foreach (Metric metric in scope.Metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal))
                {
                    Append(text, metric);
                }
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Metric metric)
    {
        text.Append($"metric {metric.Name}\n  unit: {metric.Unit}\n  description: {metric.Description}\n");
        IEnumerable<string> lines;
        switch (metric.DataCase)
        {
            case Metric.DataOneofCase.Sum:
                string monotonic = metric.Sum.IsMonotonic ? "monotonic" : "not monotonic";
                text.Append($"  kind: sum, {monotonic}, {metric.Sum.AggregationTemporality.ToString().ToLowerInvariant()}\n");
                lines = metric.Sum.DataPoints.Select(Line);
                break;
            case Metric.DataOneofCase.Gauge:
                text.Append("  kind: gauge\n");
                lines = metric.Gauge.DataPoints.Select(Line);
                break;
            case Metric.DataOneofCase.Histogram:
                text.Append($"  kind: histogram, {metric.Histogram.AggregationTemporality.ToString().ToLowerInvariant()}\n");
                lines = metric.Histogram.DataPoints.Select(Line);
                break;
            default:
                throw new NotSupportedException($"{metric.Name} is a {metric.DataCase}.");
        }

        foreach (string line in lines.Order(StringComparer.Ordinal))
        {
            text.Append($"  {line}\n");
        }
    }

    private static string Line(NumberDataPoint point)
    {
        string value = point.ValueCase == NumberDataPoint.ValueOneofCase.AsInt
            ? point.AsInt.ToString(CultureInfo.InvariantCulture)
            : Measured;
        return $"{{{AttributesText(point.Attributes)}}} {value}";
    }

    /// <summary>What was measured differs each time; how often, and into which buckets, does not.</summary>
    private static string Line(HistogramDataPoint point)
    {
        string bounds = string.Join(", ", point.ExplicitBounds.Select(bound => bound.ToString(CultureInfo.InvariantCulture)));
        return $"{{{AttributesText(point.Attributes)}}} count {point.Count}, sum {Measured}, bounds {bounds}";
    }

    private static string AttributesText(RepeatedField<KeyValue> attributes) =>
        string.Join(", ", Attributes(attributes).Select(pair => $"{pair.Key}={pair.Value}"));

    private static IEnumerable<(string Key, string Value)> Attributes(RepeatedField<KeyValue> attributes) =>
        attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => pair.Value.StringValue,
            AnyValue.ValueOneofCase.IntValue => $"{pair.Value.IntValue} (int)",
            _ => $"{pair.Value} ({pair.Value.ValueCase})",
        }));
}
