using System.Net.Sockets;

namespace Agent.Export;

/// <summary>Why an export did not reach the collector, in one line.</summary>
internal static class ExportFaults
{
    public static string Describe(Exception exception) => exception switch
    {
        OperationCanceledException => "no answer in time (OTEL_EXPORTER_OTLP_TIMEOUT)",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"TLS failed: {Innermost(exception)}",
        _ when exception.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            "connection refused; nothing listens there",
        _ => Innermost(exception),
    };

    private static string Innermost(Exception exception) =>
        exception.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
}
