using Agent.Export;
using Agent.Export.Transport;

namespace Agent.Doctor.Checks;

/// <summary>What is exported, where to and how often.</summary>
internal static class ExporterCheck
{
    public static Finding Judge(TelemetrySettings telemetry)
    {
        double seconds = telemetry.ExportIntervalMilliseconds / 1000.0;
        string every = $"every {seconds:0.###} s, {telemetry.Temporality.ToString().ToLowerInvariant()} temporality";
        string also = telemetry.Console ? ", and printed to the console" : "";
        return telemetry switch
        {
            { IsDisabled: true } => Finding.Warning(
                $"nothing is collected or exported: {telemetry.IdleReason}",
                new Fix("Remove OTEL_SDK_DISABLED, or set it to false.")),
            { Otlp: { } otlp } => Finding.Ok($"{Describe(otlp)}, {every}{also}"),
            { IsUnconfigured: true } => Finding.Ok($"no endpoint is configured: a table is printed to the console {every}"),
            { Console: true } => Finding.Ok($"a table is printed to the console {every}"),
            _ => Finding.Warning(
                $"nothing is collected or exported: {telemetry.IdleReason}",
                new Fix("Set OTEL_METRICS_EXPORTER to otlp, console, or both with a comma.")),
        };
    }

    private static string Describe(OtlpSettings otlp)
    {
        string protocol = otlp.Protocol == OtlpExportProtocol.Grpc ? "gRPC" : "HTTP/protobuf";
        int headers = otlp.Headers.Count;
        return $"OTLP by {protocol} to {ShownUrl.Of(otlp.Endpoint)}"
            + (otlp.Compression == OtlpExportCompression.GZip ? ", gzip" : "")
            + (headers > 0 ? $", {headers} header(s), values not shown" : "")
            + (otlp.Tls.Authorities is null ? "" : ", own certificate authorities")
            + (otlp.Tls.Client is null ? "" : ", client certificate")
            + $", timeout {otlp.TimeoutMilliseconds / 1000.0:0.###} s";
    }
}
