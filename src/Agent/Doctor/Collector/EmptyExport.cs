using System.Net;
using System.Net.Http.Headers;
using Agent.Export;
using OpenTelemetry.Exporter;

namespace Agent.Doctor.Collector;

/// <summary>
/// A real export of nothing: <c>ExportMetricsServiceRequest</c> without metrics is an empty message
/// (opentelemetry/proto/collector/metrics/v1/metrics_service.proto).
/// </summary>
internal static class EmptyExport
{
    private const string GrpcMethod = "opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    /// <summary>A message of length 0, not compressed: one byte of flags, four of length (gRPC over HTTP/2).</summary>
    private static readonly byte[] GrpcFrame = new byte[5];

    public static HttpRequestMessage Create(OtlpSettings settings)
    {
        HttpRequestMessage request = settings.Protocol == OtlpExportProtocol.Grpc ? Grpc(settings.Endpoint) : Http(settings.Endpoint);
        foreach ((string name, string value) in OtlpHeaders.Parse(settings.Headers))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static HttpRequestMessage Http(Uri endpoint) => new(HttpMethod.Post, endpoint)
    {
        Content = Content([], "application/x-protobuf"),
    };

    private static HttpRequestMessage Grpc(Uri endpoint)
    {
        var url = new UriBuilder(endpoint);
        if (!url.Path.EndsWith(GrpcMethod, StringComparison.Ordinal))
        {
            url.Path = url.Path.TrimEnd('/') + "/" + GrpcMethod;
        }

        return new HttpRequestMessage(HttpMethod.Post, url.Uri)
        {
            // HTTP/2 also without TLS, as the exporter does it.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = Content(GrpcFrame, "application/grpc"),
            Headers = { { "TE", "trailers" } },
        };
    }

    private static ByteArrayContent Content(byte[] body, string type) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
}
