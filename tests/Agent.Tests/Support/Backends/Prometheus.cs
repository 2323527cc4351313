using System.Globalization;
using System.Text.Json;

namespace Agent.Tests.Support.Backends;

/// <summary>
/// Prometheus, with the repository's rules. Debian builds it without its own OTLP receiver, so that samples come by
/// remote write, from <see cref="VmAgent"/>.
/// </summary>
internal sealed class Prometheus : Backend
{
    private Prometheus(string program, int port, TemporaryFolder data, string configuration)
        : base(
            program,
            [
                $"--config.file={configuration}",
                $"--storage.tsdb.path={data.Path}/data",
                $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
                "--web.enable-remote-write-receiver",
                "--log.level=warn",
            ],
            port,
            data)
    {
    }

    public Uri RemoteWriteUrl => new(Url, "/api/v1/write");

    public static async Task<Prometheus> StartAsync(params IEnumerable<string> rules)
    {
        string program = BackendFiles.Require("prometheus");
        var data = new TemporaryFolder();
        // As the repository's own prometheus.yml has it, samples may come out of order: vmagent sends by several ways at once.
        string configuration = data.Write(
            "prometheus.yml",
            $$"""
            global: {evaluation_interval: 1s}
            rule_files: ['{{string.Join("', '", rules)}}']
            storage:
              tsdb:
                out_of_order_time_window: 6h

            """);
        var backend = new Prometheus(program, FreePort.Next(), data, configuration);
        await backend.WaitUntilReadyAsync("/-/ready");
        return backend;
    }

    /// <summary>The names of all metrics that it has.</summary>
    public async Task<IReadOnlySet<string>> MetricNamesAsync()
    {
        using JsonDocument answer = await GetAsync("/api/v1/label/__name__/values");
        return answer.RootElement.GetProperty("data").EnumerateArray().Select(name => name.GetString()!)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The samples that a range of a metric holds, each series as its labels and when and what.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<long, string> Samples)>> SamplesAsync(
        string range, DateTimeOffset at)
    {
        using JsonDocument answer = await GetAsync(
            $"/api/v1/query?query={Uri.EscapeDataString(range)}&time={at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}");
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series =>
            (
                (IReadOnlyDictionary<string, string>)series.GetProperty("metric").EnumerateObject()
                    .ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal),
                (IReadOnlyDictionary<long, string>)series.GetProperty("values").EnumerateArray()
                    .ToDictionary(sample => (long)sample[0].GetDouble(), sample => sample[1].GetString()!))),
        ];
    }

    /// <summary>Each rule, and whether it could be evaluated: <c>ok</c>, <c>err</c> or <c>unknown</c> when not yet.</summary>
    public async Task<IReadOnlyList<(string Name, string Health, string Error)>> RulesAsync()
    {
        using JsonDocument answer = await GetAsync("/api/v1/rules");
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
                .SelectMany(group => group.GetProperty("rules").EnumerateArray())
                .Select(rule => (
                    rule.GetProperty("name").GetString()!,
                    rule.GetProperty("health").GetString()!,
                    rule.TryGetProperty("lastError", out JsonElement error) ? error.GetString()! : "")),
        ];
    }
}
