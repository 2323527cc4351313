namespace Agent.Export.Transport;

/// <summary>
/// Where and how OTLP goes, by the variables of the OpenTelemetry specification ("OpenTelemetry Protocol Exporter"),
/// per-signal ones included, which the SDK's <c>AddOtlpExporter</c> does not read for metrics.
/// </summary>
internal sealed record OtlpSettings
{
    private const int DefaultTimeoutMilliseconds = 10_000;
    private const int GrpcPort = 4317;
    private const string MetricsPath = "v1/metrics";
    private const string DefaultHttpEndpoint = "http://localhost:4318";
    private const string DefaultGrpcEndpoint = "http://localhost:4317";

    /// <summary>The whole URL, the signal's path included where the protocol has one.</summary>
    public required Uri Endpoint { get; init; }

    public required OtlpExportProtocol Protocol { get; init; }

    /// <summary>Headers of every request. The values are secrets: never logged.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public int TimeoutMilliseconds { get; init; } = DefaultTimeoutMilliseconds;

    public OtlpExportCompression Compression { get; init; }

    public OtlpTlsFiles Tls { get; init; } = new(null, null);

    public static OtlpSettings Read(OtelVariables variables)
    {
        (string endpointName, string? endpointText) = variables.Exporter("ENDPOINT");
        Uri? endpoint = ReadEndpoint(endpointName, endpointText, variables);
        OtlpExportProtocol protocol = ReadProtocol(endpoint, variables);
        return new OtlpSettings
        {
            Protocol = protocol,
            Endpoint = Complete(endpoint, protocol, isWhole: OtelVariables.IsSignalVariable(endpointName)),
            Headers = OtlpHeaders.Read(variables, protocol),
            TimeoutMilliseconds = variables.Milliseconds(variables.Exporter("TIMEOUT"), DefaultTimeoutMilliseconds, 1),
            Compression = variables.Choice(
                variables.Exporter("COMPRESSION"), OtlpExportCompression.None, ("none", OtlpExportCompression.None), ("gzip", OtlpExportCompression.GZip)),
            Tls = OtlpTlsFiles.Read(variables, new OtelVariable(endpointName, endpoint?.Scheme is "https" ? endpointText : null)),
        };
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

        // A user and password would not be sent, and would be in every log line that names the endpoint.
        variables.Fault(
            name,
            text,
            isUrl ? "a URL without a user; credentials go in OTEL_EXPORTER_OTLP_HEADERS" : "a URL that begins with http:// or https://, such as http://collector:4317");
        return null;
    }

    /// <summary>
    /// The specification's default is http/protobuf. To port 4317, which is registered for OTLP over gRPC, that can
    /// only fail; there the default is grpc.
    /// </summary>
    private static OtlpExportProtocol ReadProtocol(Uri? endpoint, OtelVariables variables) => variables.Choice(
        variables.Exporter("PROTOCOL"),
        endpoint?.Port == GrpcPort ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        ("grpc", OtlpExportProtocol.Grpc),
        ("http/protobuf", OtlpExportProtocol.HttpProtobuf));

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
