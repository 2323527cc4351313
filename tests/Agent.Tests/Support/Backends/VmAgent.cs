using System.Globalization;
using System.Net.Http.Headers;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;

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

                // One way, so that what was sent last also arrives last.
                "-remoteWrite.queues=1",
                "-opentelemetry.usePrometheusNaming",
                "-memory.allowedBytes=64MiB",
            ],
            port,
            data)
    {
    }

    public static async Task<VmAgent> StartAsync(Uri remoteWrite)
    {
        string program = BackendFiles.Require("vmagent");
        var agent = new VmAgent(program, FreePort.Next(), new TemporaryFolder(), remoteWrite);
        await agent.WaitUntilReadyAsync("/health");
        return agent;
    }

    public async Task SendAsync(ExportMetricsServiceRequest export)
    {
        using var body = new ByteArrayContent(export.ToByteArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using HttpResponseMessage answer = await Client.PostAsync("/opentelemetry/v1/metrics", body);
        answer.EnsureSuccessStatusCode();
    }
}
