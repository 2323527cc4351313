using Agent.Configuration;
using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Export;

/// <summary>
/// Where and how OTLP goes, by the variables of the OpenTelemetry specification ("OpenTelemetry Protocol Exporter"),
/// per-signal ones included, which the SDK's <c>AddOtlpExporter</c> does not read for metrics.
/// </summary>
internal sealed record OtlpSettings
{
    private const int DefaultTimeoutMilliseconds = 10_000;
    private const int GrpcPort = 4317;
    private const string Hidden = "(not shown)";
    private const string MetricsPath = "v1/metrics";
    private const string DefaultHttpEndpoint = "http://localhost:4318";
    private const string DefaultGrpcEndpoint = "http://localhost:4317";

    /// <summary>What a header's name may hold beside letters and digits (<c>tchar</c>, RFC 9110 section 5.6.2), but for "%".</summary>
    private const string HeaderPunctuation = "!#$&'*+-.^_`|~";

    /// <summary>The whole URL, the signal's path included where the protocol has one.</summary>
    public required Uri Endpoint { get; init; }

    public required OtlpExportProtocol Protocol { get; init; }

    /// <summary><c>key=value</c> pairs parted by commas, or null. Secret: never logged.</summary>
    public string? Headers { get; init; }

    public int TimeoutMilliseconds { get; init; } = DefaultTimeoutMilliseconds;

    public OtlpExportCompression Compression { get; init; }

    public OtlpTlsFiles Tls { get; init; } = new(null, null);

    public static OtlpSettings Read(OtelVariables variables)
    {
        (string endpointName, string? endpointText) = variables.Exporter("ENDPOINT");
        Uri? endpoint = ReadEndpoint(endpointName, endpointText, variables);
        OtlpExportProtocol protocol = ReadProtocol(endpoint, variables);
        (string timeoutName, string? timeout) = variables.Exporter("TIMEOUT");
        (string compressionName, string? compression) = variables.Exporter("COMPRESSION");
        return new OtlpSettings
        {
            Protocol = protocol,
            Endpoint = Complete(endpoint, protocol, isWhole: OtelVariables.IsSignalVariable(endpointName)),
            Headers = ReadHeaders(variables),
            TimeoutMilliseconds = variables.Milliseconds(timeoutName, timeout, DefaultTimeoutMilliseconds, 1),
            Compression = variables.Choice(
                compressionName,
                compression,
                OtlpExportCompression.None,
                ("none", OtlpExportCompression.None),
                ("gzip", OtlpExportCompression.GZip)),
            Tls = OtlpTlsFiles.Read(variables),
        };
    }

    /// <summary>Checked here, because the exporter throws on the first mistake.</summary>
    private static string? ReadHeaders(OtelVariables variables)
    {
        (string name, string? headers) = variables.Exporter("HEADERS");
        if (headers is null || headers.Split(',').All(IsHeader))
        {
            return headers;
        }

        variables.Fault(name, Hidden, "key=value pairs parted by commas, such as api-key=secret,x-tenant=ops");
        return null;
    }

    private static bool IsHeader(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : pair[..equals].Trim();
        return name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || HeaderPunctuation.Contains(character));
    }

    private static Uri? ReadEndpoint(string name, string? text, OtelVariables variables)
    {
        if (text is null)
        {
            return null;
        }

        bool isUrl = Uri.TryCreate(text, UriKind.Absolute, out Uri? endpoint) && endpoint.Scheme is "http" or "https";
        if (isUrl && endpoint!.UserInfo.Length == 0)
        {
            return endpoint;
        }

        // A user and password would not be sent, and would stand in every log line that names the endpoint.
        variables.Fault(
            name,
            isUrl ? Hidden : text,
            isUrl ? "a URL without a user; credentials go in OTEL_EXPORTER_OTLP_HEADERS" : "a URL that begins with http:// or https://, such as http://collector:4317");
        return null;
    }

    /// <summary>
    /// The specification's default is http/protobuf. To port 4317, which is registered for OTLP over gRPC, that can
    /// only fail; there the default is grpc.
    /// </summary>
    private static OtlpExportProtocol ReadProtocol(Uri? endpoint, OtelVariables variables)
    {
        (string name, string? value) = variables.Exporter("PROTOCOL");
        return variables.Choice(
            name,
            value,
            endpoint?.Port == GrpcPort ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            ("grpc", OtlpExportProtocol.Grpc),
            ("http/protobuf", OtlpExportProtocol.HttpProtobuf));
    }

    /// <summary>A general endpoint is a base, to which HTTP appends the signal's path; a per-signal one is used as it is.</summary>
    private static Uri Complete(Uri? endpoint, OtlpExportProtocol protocol, bool isWhole)
    {
        if (protocol == OtlpExportProtocol.Grpc)
        {
            return endpoint ?? new Uri(DefaultGrpcEndpoint);
        }

        if (endpoint is not null && isWhole)
        {
            return endpoint;
        }

        var url = new UriBuilder(endpoint ?? new Uri(DefaultHttpEndpoint));
        url.Path = url.Path.TrimEnd('/') + "/" + MetricsPath;
        return url.Uri;
    }
}
