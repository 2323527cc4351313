using Agent.Text;

namespace Agent.Export;

/// <summary>A batch of metrics as tables: a table a metric, a row a series; connections with a column a family.</summary>
internal static class MetricTables
{
    private const string Connections = "tcp.connections";
    private const string Namespaces = "tcp.agent.namespaces";
    private const string Status = "tcp.agent.namespace.status";

    /// <summary>The attributes whose values become columns, so that a state is one row.</summary>
    private static readonly string[] Pivoted = ["network.type", "tcp.socket.family"];

    public static string Render(in Batch<Metric> batch, DateTimeOffset now, Style style)
    {
        // Connections first: they are what the agent is for; the rest is about the agent.
        string connections = "";
        string warning = "";
        var others = new StringBuilder();
        foreach (Metric metric in batch)
        {
            if (string.Equals(metric.Name, Connections, StringComparison.Ordinal))
            {
                connections = RenderOne(metric, Pivoted, now, style);
            }
            else
            {
                warning += string.Equals(metric.Name, Namespaces, StringComparison.Ordinal) ? Unread(MetricSeries.Of(metric), style) : "";
                others.Append(RenderOne(metric, [], now, style));
            }
        }

        return connections + warning + others;
    }

    private static string Unread(List<MetricSeries> series, Style style)
    {
        long deferred = series.Where(one => string.Equals(one.Attribute(Status), "deferred", StringComparison.Ordinal)).Sum(one => (long)one.Value);
        return deferred == 0 ? "" : style.Doubtful(
            $"{deferred} of {series.Sum(one => (long)one.Value)} network namespaces were not read for this table (Tcp:CpuBudget or "
            + "Tcp:CollectionTimeout is used up): they are shown as last read, and not at all where they never were.")
            + Environment.NewLine + Environment.NewLine;
    }

    private static string RenderOne(Metric metric, string[] pivoted, DateTimeOffset now, Style style)
    {
        List<MetricSeries> series = MetricSeries.Of(metric);
        if (series.Count == 0)
        {
            return "";
        }

        string time = now.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"{style.Heading(metric.Name)} {metric.Unit}  {style.Faint(time)}{Environment.NewLine}"
            + Table(series, pivoted).Render(style) + Environment.NewLine;
    }

    private static TextTable Table(List<MetricSeries> series, string[] pivoted)
    {
        string[] names = [.. series.SelectMany(one => one.Attributes.Keys).Distinct(StringComparer.Ordinal).Except(pivoted, StringComparer.Ordinal)];
        string[] columns = [.. series.Select(one => Column(one, pivoted)).Distinct(StringComparer.Ordinal)];
        bool isHistogram = series[0].Count is not null;
        var table = new TextTable([.. names, .. isHistogram ? ["COUNT", "MEAN"] : columns]);
        foreach (IGrouping<string, MetricSeries> row in series.GroupBy(
            one => string.Join('\0', names.Select(one.Attribute)), StringComparer.Ordinal))
        {
            table.Row(
            [
                .. names.Select(row.First().Attribute),
                .. isHistogram ? [row.First().Count!] : Array.Empty<object>(),
                .. columns.Select(column => row
                    .FirstOrDefault(one => string.Equals(Column(one, pivoted), column, StringComparison.Ordinal))?.Value ?? ""),
            ]);
        }

        return table;
    }

    private static string Column(MetricSeries one, string[] pivoted) =>
        pivoted.Length == 0 ? "VALUE" : string.Join('/', pivoted.Select(one.Attribute));
}

/// <summary>One series of a metric: its attributes as text, and its value; a histogram's is the mean of so many.</summary>
internal sealed record MetricSeries(IReadOnlyDictionary<string, string> Attributes, object Value, long? Count)
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

            bool isHistogram = metric.MetricType is MetricType.Histogram or MetricType.ExponentialHistogram;
            series.Add(new MetricSeries(attributes, Number(metric, point), isHistogram ? point.GetHistogramCount() : null));
        }

        return series;
    }

    public string Attribute(string name) => Attributes.GetValueOrDefault(name, "");

    private static object Number(Metric metric, MetricPoint point) => metric.MetricType switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => (object)point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Text(point.GetSumDouble()),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        MetricType.DoubleGauge => Text(point.GetGaugeLastValueDouble()),
        _ => point.GetHistogramCount() == 0 ? "" : Text(point.GetHistogramSum() / point.GetHistogramCount()),
    };

    /// <summary>Six significant digits, never with an exponent.</summary>
    private static string Text(double value) =>
        double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
            .ToString("0.############", CultureInfo.InvariantCulture);
}
