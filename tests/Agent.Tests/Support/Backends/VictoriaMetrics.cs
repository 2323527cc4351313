namespace Agent.Tests.Support.Backends;

/// <summary>
/// VictoriaMetrics, which puts resource attributes on every series. It keeps OTLP's names, or turns them into
/// Prometheus' (by OpenTelemetry's "Prometheus and OpenMetrics Compatibility").
/// </summary>
internal sealed class VictoriaMetrics : Backend
{
    private const string HealthPath = "/health";

    private VictoriaMetrics(string program, int port, TemporaryFolder data, bool prometheusNames)
        : base(
            program,
            [
                $"-storageDataPath={data.Path}",
                $"-httpListenAddr=127.0.0.1:{port}",
                "-search.latencyOffset=0s",
                "-search.disableCache",
                $"-opentelemetry.usePrometheusNaming={(prometheusNames ? "true" : "false")}",
                "-memory.allowedBytes=64MiB",
            ],
            port,
            data)
    {
    }

    /// <summary>Where OTLP is taken, as a general endpoint.</summary>
    public Uri OtlpEndpoint => new(Url, "/opentelemetry");

    /// <summary>The same, as the metrics' own endpoint.</summary>
    public Uri OtlpMetricsEndpoint => new(Url, "/opentelemetry/v1/metrics");

    /// <summary>Every sample of each series that matches: when, in ms since 1970, and what.</summary>
    public async Task<IReadOnlyList<VictoriaMetricsSeries>> ExportAsync(string match)
    {
        await FlushAsync();
        string lines = await Client.GetStringAsync($"/api/v1/export?match[]={Uri.EscapeDataString(match)}");
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(VictoriaMetricsSeries.Parse)];
    }

    /// <summary>Makes it show what has arrived; by itself it takes some seconds.</summary>
    public async Task FlushAsync() => (await Client.GetAsync("/internal/force_flush")).Dispose();

    public Task StartAgainAsync() => StartAgainAsync(HealthPath);

    public static async Task<VictoriaMetrics> StartAsync(bool prometheusNames = false)
    {
        string program = BackendFiles.Require("victoria-metrics");
        var backend = new VictoriaMetrics(program, FreePort.Next(), new TemporaryFolder(), prometheusNames);
        await backend.WaitUntilReadyAsync(HealthPath);
        return backend;
    }
}
