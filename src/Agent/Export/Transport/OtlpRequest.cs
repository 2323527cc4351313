using System.Net.Http.Headers;
using Agent.Export.Protobuf;

namespace Agent.Export.Transport;

/// <summary>Makes the request of an export, as the SDK's exporter makes it: for payloads that it no longer has.</summary>
internal sealed class OtlpRequest(OtlpSettings settings, string userAgent)
{
    private const string GrpcMethod = "opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    public HttpRequestMessage Create(OtlpPayload payload)
    {
        HttpRequestMessage request = settings.Protocol == OtlpExportProtocol.Grpc ? Grpc(payload) : Http(payload);
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        return request;
    }

    private HttpRequestMessage Http(OtlpPayload payload)
    {
        var content = new ReadOnlyMemoryContent(payload.Message)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") },
        };
        if (payload.IsGzip)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return new HttpRequestMessage(HttpMethod.Post, settings.Endpoint) { Content = content };
    }

    private HttpRequestMessage Grpc(OtlpPayload payload)
    {
        var url = new UriBuilder(settings.Endpoint);
        if (!url.Path.EndsWith(GrpcMethod, StringComparison.Ordinal))
        {
            url.Path = url.Path.TrimEnd('/') + "/" + GrpcMethod;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, url.Uri)
        {
            // HTTP/2 also without TLS, as the exporter does it.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new GrpcContent(payload),
            Headers = { { "TE", "trailers" } },
        };
        if (payload.IsGzip)
        {
            request.Headers.Add("grpc-encoding", "gzip");
        }

        return request;
    }

    /// <summary>A message with its frame's header before it, without a copy of either.</summary>
    private sealed class GrpcContent : HttpContent
    {
        private readonly OtlpPayload _payload;

        public GrpcContent(OtlpPayload payload)
        {
            _payload = payload;
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var header = new byte[OtlpPayload.GrpcFrameHeader];
            header[0] = _payload.IsGzip ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), (uint)_payload.Message.Length);
            await stream.WriteAsync(header);
            await stream.WriteAsync(_payload.Message);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = OtlpPayload.GrpcFrameHeader + _payload.Message.Length;
            return true;
        }
    }
}
