using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Documentation;

/// <summary>Holds an export against the contract, and says what is wrong with each metric.</summary>
internal static partial class MetricLinter
{
    public static IEnumerable<string> Faults(IEnumerable<Metric> metrics)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Metric metric in metrics)
        {
            if (!seen.Add(metric.Name))
            {
                yield return $"{metric.Name}: twice in one export";
            }

            foreach (string fault in Faults(metric))
            {
                yield return $"{metric.Name}: {fault}";
            }
        }
    }

    private static IEnumerable<string> Faults(Metric metric)
    {
        if (MetricContract.All.FirstOrDefault(one => one.Name == metric.Name) is not { } contracted)
        {
            return ["is not in the contract"];
        }

        List<string> faults = [];
        Check(faults, Name().IsMatch(metric.Name), "the name is not lower-case words parted by dots");
        Check(faults, metric.Unit == contracted.Unit, $"the unit is {metric.Unit}, not {contracted.Unit}");
        Check(faults, Kind(metric) == contracted.Kind, $"the kind is {Kind(metric)}, not {contracted.Kind}");
        Check(faults, Sentence().IsMatch(metric.Description), $"the description is no sentence: \"{metric.Description}\"");
        List<RepeatedField<KeyValue>> points = [.. Points(metric)];
        Check(faults, points.Count > 0, "there is no point");
        Check(
            faults,
            points.Count == points.Select(point => string.Join(' ', point.OrderBy(pair => pair.Key, StringComparer.Ordinal))).Distinct(StringComparer.Ordinal).Count(),
            "two points have the same attributes");
        foreach (RepeatedField<KeyValue> point in points)
        {
            faults.AddRange(Faults(contracted, point));
        }

        return faults.Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Faults(ContractedMetric contracted, RepeatedField<KeyValue> point)
    {
        foreach (string missing in contracted.Attributes.Keys.Except(point.Select(pair => pair.Key), StringComparer.Ordinal))
        {
            yield return $"a point lacks {missing}";
        }

        foreach (KeyValue pair in point)
        {
            bool isOfNamespace = contracted.IsOfNamespaces && MetricContract.NamespaceAttributes.Contains(pair.Key, StringComparer.Ordinal);
            if (!contracted.Attributes.TryGetValue(pair.Key, out string[]? values) && !isOfNamespace)
            {
                yield return $"the attribute {pair.Key} is not in the contract";
            }
            else if (values is { Length: > 0 } && !values.Contains(pair.Value.StringValue, StringComparer.Ordinal))
            {
                yield return $"{pair.Key} is {pair.Value}";
            }
        }
    }

    private static void Check(List<string> faults, bool holds, string fault)
    {
        if (!holds)
        {
            faults.Add(fault);
        }
    }

    private static string Kind(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Sum => metric.Sum.IsMonotonic ? MetricContract.Counter : MetricContract.UpDown,
        Metric.DataOneofCase.Gauge => MetricContract.Gauge,
        Metric.DataOneofCase.Histogram => MetricContract.Histogram,
        _ => metric.DataCase.ToString(),
    };

    private static IEnumerable<RepeatedField<KeyValue>> Points(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(point => point.Attributes),
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Select(point => point.Attributes),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(point => point.Attributes),
        _ => [],
    };

    [GeneratedRegex("^[a-z]+(?:[._][a-z]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("^[A-Z].{15,}\\.$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sentence();
}
