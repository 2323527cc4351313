using Agent.Tests.Support;
using Agent.Tests.Support.Backends;

namespace Agent.Tests.Processes;

/// <summary>The agent's export, read back from the backends that operators run.</summary>
public sealed class BackendTests
{
    private static readonly KeyValuePair<string, string> OneMoreAttribute =
        new("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test");

    [Fact]
    public async Task VictoriaMetrics_ReadBack_HasEverySeriesAndTheResource()
    {
        await using VictoriaMetrics backend = await VictoriaMetrics.StartAsync();
        await using TestProcess agent = AgentRun.Start(
            new("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", backend.OtlpMetricsEndpoint.ToString()), OneMoreAttribute);

        var series = await ReadBackAsync(backend, agent, """{__name__="tcp.connections"}""");

        series.ToDictionary(
                one => $"{one.Labels["network.connection.state"]} {one.Labels["network.type"]} {one.Labels["tcp.socket.family"]}",
                one => long.Parse(one.Value),
                StringComparer.Ordinal)
            .ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        foreach ((IReadOnlyDictionary<string, string> labels, _) in series)
        {
            labels["service.name"].ShouldBe("tcp-agent");
            labels["service.version"].ShouldNotBeEmpty();
            Guid.TryParse(labels["service.instance.id"], out _).ShouldBeTrue();
            labels["host.name"].ShouldBe(Environment.MachineName);
            labels["deployment.environment.name"].ShouldBe("test");
        }

        (await ReadBackAsync(backend, agent, """{__name__="tcp.agent.read.errors"}"""))
            .Where(one => one.Value != "0")
            .Select(one => one.Labels["error.type"])
            .Order(StringComparer.Ordinal)
            .ShouldBe(["malformed_row", "unknown_state"]);
    }

    [Fact]
    public async Task VictoriaMetrics_ByTheGeneralEndpointWithPrometheusNames_HasEverySeries()
    {
        await using VictoriaMetrics backend = await VictoriaMetrics.StartAsync(prometheusNames: true);
        await using TestProcess agent = AgentRun.Start(
            new KeyValuePair<string, string>("OTEL_EXPORTER_OTLP_ENDPOINT", backend.OtlpEndpoint.ToString()));

        var series = await ReadBackAsync(backend, agent, "tcp_connections");

        series.ToDictionary(
                one => $"{one.Labels["network_connection_state"]} {one.Labels["network_type"]} {one.Labels["tcp_socket_family"]}",
                one => long.Parse(one.Value),
                StringComparer.Ordinal)
            .ShouldBe(FixtureProcRoot.Series, ignoreOrder: true);
        await ReadBackAsync(backend, agent, """tcp_agent_read_errors_total{error_type="malformed_row"}""");
    }

    private static Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, string Value)>> ReadBackAsync(
        VictoriaMetrics backend, TestProcess agent, string query) => Deadline.UntilAsync(
            async () =>
            {
                await backend.FlushAsync();
                return await backend.QueryAsync(query) is { Count: > 0 } series ? series : null;
            },
            () => $"The backend has no {query}.\n{agent.Error.Text}");
}
