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

    public static async Task<Prometheus> StartAsync(string rules)
    {
        string program = BackendFiles.Require("prometheus");
        var data = new TemporaryFolder();
        string configuration = data.Write("prometheus.yml", $"global: {{evaluation_interval: 1s}}\nrule_files: ['{rules}']\n");
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
