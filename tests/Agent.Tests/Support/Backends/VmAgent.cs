using System.Globalization;

namespace Agent.Tests.Support.Backends;

/// <summary>
/// VictoriaMetrics' vmagent: takes OTLP, gives Prometheus' names and labels to what arrives, and hands it on by remote
/// write. It stands where a collector with the same settings stands.
/// </summary>
internal sealed class VmAgent : Backend
{
    private VmAgent(string program, int port, TemporaryFolder data, Uri remoteWrite)
        : base(
            program,
            [
                $"-httpListenAddr=127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
                $"-remoteWrite.url={remoteWrite}",
                $"-remoteWrite.tmpDataPath={data.Path}",
                "-remoteWrite.flushInterval=200ms",
                "-opentelemetry.usePrometheusNaming",
                "-memory.allowedBytes=64MiB",
            ],
            port,
            data)
    {
    }

    /// <summary>Where it takes OTLP on a port, as a general endpoint.</summary>
    public static Uri OtlpEndpoint(int port) => new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/opentelemetry");

    public static async Task<VmAgent> StartAsync(int port, Uri remoteWrite)
    {
        string program = BackendFiles.Require("vmagent");
        var agent = new VmAgent(program, port, new TemporaryFolder(), remoteWrite);
        await agent.WaitUntilReadyAsync("/health");
        return agent;
    }
}
