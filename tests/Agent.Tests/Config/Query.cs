using System.Text.RegularExpressions;

namespace Agent.Tests.Config;

/// <summary>An expression of a panel or an alert.</summary>
/// <param name="Where">Which one, for messages.</param>
/// <param name="Expression">PromQL, with Grafana's variables where it is a panel's.</param>
internal sealed partial record Query(string Where, string Expression)
{
    /// <summary>Suffixes of the series that one histogram becomes.</summary>
    private static readonly string[] HistogramSuffixes = ["_bucket", "_sum", "_count"];

    /// <summary>The names of all metrics in it, as Prometheus has them.</summary>
    public IReadOnlyList<string> Series { get; } =
        [.. MetricName().Matches(Strings().Replace(Expression, "")).Select(match => match.Value).Distinct(StringComparer.Ordinal)];

    /// <summary>The same, a histogram by its own name.</summary>
    public IEnumerable<string> Metrics => Series.Select(name =>
        HistogramSuffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix
            ? name[..^suffix.Length]
            : name);

    /// <summary>As Grafana would send it with everything chosen, and a rate's interval that suits a short test.</summary>
    public string Filled => Variable().Replace(Expression.Replace("$__rate_interval", "10s", StringComparison.Ordinal), ".*");

    public override string ToString() => $"{Where}: {Expression}";

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Strings();

    /// <summary>Metrics begin with tcp_ (recorded series, with tcp:, aside); labels that do stand before =, or in by (…).</summary>
    [GeneratedRegex(
        @"\btcp_(?!socket_family|stall_reason|open_kind|agent_namespace_status)\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\$(cluster|node|namespace|pod)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
