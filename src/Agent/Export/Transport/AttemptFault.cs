using Agent.Export.Answers;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Agent.Export.Transport;

/// <summary>Why no answer came, in one line, and what that means for the payload.</summary>
internal static class AttemptFault
{
    /// <summary><c>error.type</c> of what has no name of its own (OpenTelemetry semantic conventions).</summary>
    private const string Other = "_OTHER";

    /// <summary><c>HTTP_1_1_REQUIRED</c>, RFC 9113, section 7.</summary>
    private const long Http11Required = 0xd;

    /// <summary>Judges what was thrown instead of an answer; the setting is the one that bounds an attempt.</summary>
    public static Verdict Judge(Exception exception, OtlpExportProtocol protocol, string timeoutSetting) => exception switch
    {
        TimeoutRejectedException => Verdict.Transient(ErrorTypes.Timeout, $"no answer in time ({timeoutSetting})"),
        BrokenCircuitException broken => Verdict.Transient(ErrorTypes.CircuitOpen, "the last attempts failed (circuit breaker)") with
        {
            Wait = broken.RetryAfter ?? TimeSpan.MaxValue,
        },
        OperationCanceledException => new Verdict(VerdictKind.Cancelled, "cancelled", "cancelled because the agent stops"),
        _ => Verdict.Transient(ErrorType(exception), Describe(exception, protocol)),
    };

    /// <summary>In words of our own where there are any; the platform's otherwise.</summary>
    public static string Describe(Exception exception, OtlpExportProtocol protocol) => exception switch
    {
        OperationCanceledException => "no answer in time (OTEL_EXPORTER_OTLP_TIMEOUT)",
        HeadersFileException => exception.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"TLS failed: {Innermost(exception)}",
        _ when IsRefused(exception) => "connection refused; nothing listens there",
        _ => Kind(exception, protocol) + Innermost(exception),
    };

    /// <summary>The names that .NET's own metrics give these faults (<c>http.client.request.duration</c>).</summary>
    private static string ErrorType(Exception exception) => ErrorOf(exception) switch
    {
        HttpRequestError.NameResolutionError => "name_resolution_error",
        HttpRequestError.ConnectionError => ErrorTypes.ConnectionError,
        HttpRequestError.SecureConnectionError => "secure_connection_error",
        HttpRequestError.HttpProtocolError => "http_protocol_error",
        HttpRequestError.VersionNegotiationError => "version_negotiation_error",
        HttpRequestError.ProxyTunnelError => "proxy_tunnel_error",
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => ErrorTypes.InvalidResponse,
        HttpRequestError.ResponseEnded => "response_ended",
        _ => exception switch
        {
            HeadersFileException => "headers_file",
            HttpRequestException or IOException => ErrorTypes.ConnectionError,
            _ => Other,
        },
    };

    private static HttpRequestError? ErrorOf(Exception exception) => exception switch
    {
        HttpRequestException request when request.HttpRequestError != HttpRequestError.Unknown => request.HttpRequestError,
        HttpIOException io => io.HttpRequestError,
        { InnerException: { } inner } => ErrorOf(inner),
        _ => null,
    };

    private static string Kind(Exception exception, OtlpExportProtocol protocol) => (exception as HttpRequestException)?.HttpRequestError switch
    {
        // A peer of HTTP/2 ended the request, or the connection; the platform has one exception for these and for what is no HTTP/2.
        _ when Http2Fault(exception) is { } fault && fault.Contains("stream", StringComparison.OrdinalIgnoreCase) => "the stream was reset: ",
        _ when Http2Fault(exception) is { } fault && fault.Contains("closed", StringComparison.OrdinalIgnoreCase) => "the HTTP/2 connection was closed: ",

        // Once the headers were there, the platform does not wrap what ends the body early.
        null when ErrorOf(exception) is HttpRequestError.ResponseEnded || exception.GetBaseException() is SocketException =>
            "the answer was cut, as the connection was closed before its end: ",

        // Unknown: HTTP/1.1 came back before HTTP/2 was agreed on.
        HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError or HttpRequestError.Unknown
            when protocol == OtlpExportProtocol.Grpc && ErrorOf(exception) is not HttpRequestError.ResponseEnded =>
            "what answers there does not speak HTTP/2: ",
        HttpRequestError.InvalidResponse => "what answers there does not speak HTTP: ",
        HttpRequestError.ResponseEnded => "the connection was closed without an answer (as by a port that wants https://): ",
        _ => "",
    };

    /// <summary>What a peer of HTTP/2 said; null also where it said that it wants HTTP/1.1.</summary>
    private static string? Http2Fault(Exception? exception) => exception switch
    {
        null or HttpProtocolException { ErrorCode: Http11Required } => null,
        HttpProtocolException => exception.Message,
        _ => Http2Fault(exception.InnerException),
    };

    /// <summary>Nothing listens at the address.</summary>
    public static bool IsRefused(Exception exception) =>
        exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private static string Innermost(Exception exception) =>
        exception.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
}
