using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Tests.Config;

/// <summary>An expression of a panel or an alert.</summary>
/// <param name="Where">Which one, for messages.</param>
/// <param name="Expression">PromQL, with Grafana's variables where it is a panel's.</param>
/// <param name="MinInterval">The panel's minimum interval; zero where it has none, or where it is an alert's.</param>
internal sealed partial record Query(string Where, string Expression, TimeSpan MinInterval = default)
{
    /// <summary>The scrape interval of a Prometheus data source in which nobody has changed it.</summary>
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(15);

    private const string RateIntervalVariable = "$__rate_interval";

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

    public bool HasRateInterval => Expression.Contains(RateIntervalVariable, StringComparison.Ordinal);

    /// <summary>
    /// Grafana's <c>$__rate_interval</c>, where <c>$__interval</c> is at its least: the greater of it and one scrape interval,
    /// and of four scrape intervals.
    /// </summary>
    public TimeSpan RateInterval => TimeSpan.FromTicks(Math.Max((MinInterval + ScrapeInterval).Ticks, (4 * ScrapeInterval).Ticks));

    /// <summary>As Grafana would send it at the panel's least interval with everything chosen.</summary>
    public string Filled => Variable().Replace(
        Expression.Replace(
            RateIntervalVariable, $"{RateInterval.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s", StringComparison.Ordinal),
        ".*");

    public override string ToString() => $"{Where}: {Expression}";

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Strings();

    /// <summary>
    /// Metrics begin with tcp_ (recorded series, with tcp:, and sysctls, after a dot, aside); labels that do stand before =, or
    /// in by (…).
    /// </summary>
    [GeneratedRegex(
        @"(?<!\.)\btcp_(?!socket_family|stall_reason|open_kind|role|peer_scope|agent_namespace_status)\w+",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\$(cluster|node|namespace|pod)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
