using System.Globalization;

namespace Agent.Tests.Support.Backends;

/// <summary>Prometheus, asked for its OTLP receiver, which Debian builds it without.</summary>
internal sealed class PrometheusOtlp : Backend
{
    private PrometheusOtlp(string program, int port, TemporaryFolder data, string configuration)
        : base(
            program,
            [
                $"--config.file={configuration}",
                $"--storage.tsdb.path={data.Path}/data",
                $"--web.listen-address=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
                "--enable-feature=otlp-write-receiver",
                "--log.level=warn",
            ],
            port,
            data)
    {
    }

    /// <summary>Where OTLP would be taken, as a general endpoint.</summary>
    public Uri OtlpEndpoint => new(Url, "/api/v1/otlp");

    public static async Task<PrometheusOtlp> StartAsync()
    {
        string program = BackendFiles.Require("prometheus");
        var data = new TemporaryFolder();
        var backend = new PrometheusOtlp(program, FreePort.Next(), data, data.Write("prometheus.yml", "global: {}\n"));
        await backend.WaitUntilReadyAsync("/-/ready");
        return backend;
    }
}
