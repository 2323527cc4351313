using Agent.Doctor.Collector;
using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Doctor.Checks;

/// <summary>Whether the collector takes an export: a real one, of nothing.</summary>
internal static class CollectorCheck
{
    public static Finding Judge(OtlpSettings settings, CollectorAnswer answer)
    {
        string endpoint = ShownUrl.Of(settings.Endpoint);
        if (answer.Fault is { } fault)
        {
            return Finding.Failed($"{endpoint}: {OtlpHeaders.Hide(Describe(fault, answer, settings.Protocol), settings.Headers)}", MendOf(fault, answer, settings));
        }

        (CheckStatus status, string what, Mend? mend) = settings.Protocol == OtlpExportProtocol.Grpc && answer.Status == 200
            ? JudgeGrpc(answer)
            : JudgeHttp(settings.Protocol, answer);
        return new Finding(status, $"{endpoint}: {what}", mend);
    }

    private static string Describe(Exception fault, CollectorAnswer answer, OtlpExportProtocol protocol) =>
        AttemptFault.Describe(fault, protocol) + answer.Connects switch
        {
            true => "; a TCP connection can be had",
            false => "; no TCP connection can be had",
            null => "",
        };

    private static Mend MendOf(Exception fault, CollectorAnswer answer, OtlpSettings settings) => fault switch
    {
        HeadersFileException => CollectorMends.HeadersFile,
        OperationCanceledException => answer.Connects == false ? CollectorMends.OpenTheWay : CollectorMends.Hangs,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => CollectorMends.Resolve,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => CollectorMends.Trust,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => CollectorMends.Start,
        _ when string.Equals(settings.Endpoint.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) => CollectorMends.Trust,
        _ => CollectorMends.NoReceiver(settings.Protocol),
    };

    private static (CheckStatus Status, string What, Mend? Mend) JudgeGrpc(CollectorAnswer answer)
    {
        string said = $"it answered gRPC status {answer.GrpcStatus}" + (answer.GrpcMessage.Length > 0 ? $": {answer.GrpcMessage}" : "");
        return answer.GrpcStatus switch
        {
            "0" when answer.IsForeign => (CheckStatus.Failed, said + " with a message that is no OTLP response", CollectorMends.NoReceiver(OtlpExportProtocol.Grpc)),
            "0" => (CheckStatus.Ok, $"an empty export by gRPC was taken, in {Milliseconds(answer)} ms", null),
            null => (CheckStatus.Failed, $"it answered 200 as {Type(answer)}, without a gRPC status", CollectorMends.NoReceiver(OtlpExportProtocol.Grpc)),

            // The codes of gRPC: UNIMPLEMENTED; UNAUTHENTICATED, PERMISSION_DENIED; RESOURCE_EXHAUSTED, UNAVAILABLE.
            "12" => (CheckStatus.Failed, said, CollectorMends.NoReceiver(OtlpExportProtocol.Grpc)),
            "16" or "7" => (CheckStatus.Failed, said, CollectorMends.Authenticate),
            "8" or "14" => (CheckStatus.Failed, said, CollectorMends.Busy),
            _ => (CheckStatus.Failed, said, CollectorMends.SeeLog),
        };
    }

    private static (CheckStatus Status, string What, Mend? Mend) JudgeHttp(OtlpExportProtocol protocol, CollectorAnswer answer)
    {
        string said = $"it answered {answer.Status} {answer.Reason}".TrimEnd()
            + (answer.IsHtml ? " with a web page (HTML)" : answer.IsForeign ? " with a body that is no OTLP response" : "")
            + (answer.IsHtml || answer.Text.Length == 0 ? "" : $": {answer.Text}");
        return answer.Status switch
        {
            >= 200 and < 300 when !answer.IsHtml && !answer.IsForeign =>
                (CheckStatus.Ok, $"an empty export by HTTP was taken ({answer.Status}), in {Milliseconds(answer)} ms", null),
            401 or 403 or 407 => (CheckStatus.Failed, said, CollectorMends.Authenticate),
            408 or 429 or 500 or 502 or 503 or 504 when !answer.IsHtml => (CheckStatus.Failed, said, CollectorMends.Busy),
            _ => (CheckStatus.Failed, said, CollectorMends.NoReceiver(protocol)),
        };
    }

    private static string Type(CollectorAnswer answer) => answer.MediaType.Length > 0 ? answer.MediaType : "no type";

    private static string Milliseconds(CollectorAnswer answer) => $"{answer.Elapsed.TotalMilliseconds:0}";
}
