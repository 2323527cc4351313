using System.Text.Json;
using Agent.Tests.Support;

namespace Agent.Tests.Config;

public sealed class DashboardTests
{
    private const int GridWidth = 24;

    /// <summary>How far apart the agent's points are, unless OTEL_METRIC_EXPORT_INTERVAL says otherwise.</summary>
    private static readonly TimeSpan PointInterval = TimeSpan.FromMinutes(1);

    [Theory]
    [MemberData(nameof(OperatorFiles.Dashboards), MemberType = typeof(OperatorFiles))]
    public void Queries_OfADashboard_UseContractedMetrics(string dashboard)
    {
        IReadOnlyList<Query> queries = OperatorQueries.OfDashboard(dashboard);

        queries.ShouldNotBeEmpty();
        foreach (Query query in queries)
        {
            query.Metrics.ShouldNotBeEmpty(query.ToString());
            query.Metrics.Except(Contract.Names.Keys, StringComparer.Ordinal).ShouldBeEmpty(query.ToString());
        }
    }

    [Fact]
    public void Queries_OfAllDashboards_ShowEveryMetric() =>
        OperatorFiles.Dashboards.SelectMany(one => OperatorQueries.OfDashboard(one.Data)).SelectMany(query => query.Metrics)
            .Distinct(StringComparer.Ordinal).ShouldBe(Contract.Names.Keys, ignoreOrder: true);

    [Theory]
    [MemberData(nameof(OperatorFiles.Dashboards), MemberType = typeof(OperatorFiles))]
    public void Panels_OfADashboard_FitTogether(string dashboard)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(OperatorFiles.Dashboard(dashboard)));
        JsonElement[] panels = [.. json.RootElement.GetProperty("panels").EnumerateArray()];

        panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        panels.SelectMany(Cells).ShouldBeUnique();
        foreach (JsonElement panel in panels.Where(panel => panel.TryGetProperty("targets", out _)))
        {
            panel.GetProperty("datasource").GetProperty("uid").GetString().ShouldBe("${datasource}");
            panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    /// <summary>With a data source as Grafana makes it: its scrape interval of 15 s is nothing to go by for points 60 s apart.</summary>
    [Theory]
    [MemberData(nameof(OperatorFiles.Dashboards), MemberType = typeof(OperatorFiles))]
    public void Panels_OfADashboard_SpanPointsByTheirMinimumInterval(string dashboard)
    {
        foreach (Query query in OperatorQueries.OfDashboard(dashboard))
        {
            query.MinInterval.ShouldBeGreaterThanOrEqualTo(PointInterval, query.ToString());
            if (query.HasRateInterval)
            {
                // A rate is of two points: the window holds two wherever it begins, and a late one too.
                query.RateInterval.ShouldBeGreaterThan(2 * PointInterval, query.ToString());
            }
        }
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        JsonElement position = panel.GetProperty("gridPos");
        (int x, int y) = (position.GetProperty("x").GetInt32(), position.GetProperty("y").GetInt32());
        (int width, int height) = (position.GetProperty("w").GetInt32(), position.GetProperty("h").GetInt32());
        (x + width).ShouldBeLessThanOrEqualTo(GridWidth);
        return from column in Enumerable.Range(x, width) from row in Enumerable.Range(y, height) select (column, row);
    }
}
