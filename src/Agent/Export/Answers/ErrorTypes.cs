namespace Agent.Export.Answers;

/// <summary>
/// The values of <c>error.type</c> that are no status of the collector's, and those that exports usually fail by: counters
/// of the latter are there as 0 before the first failure, so that it shows in a rate.
/// </summary>
internal static class ErrorTypes
{
    public const string CircuitOpen = "circuit_open";
    public const string ConnectionError = "connection_error";
    public const string InvalidResponse = "invalid_response";

    /// <summary>Points that the collector rejected of an export that it accepted.</summary>
    public const string PartialSuccess = "partial_success";

    /// <summary>Not sent, because the collector has asked to wait.</summary>
    public const string Paused = "paused";
    public const string Timeout = "timeout";

    /// <summary>Usual failures after which an export is sent again.</summary>
    public static string[] Transient(OtlpExportProtocol protocol) =>
        [Timeout, ConnectionError, protocol == OtlpExportProtocol.Grpc ? "UNAVAILABLE" : "503"];

    /// <summary>Usual failures that drop data points: refusals, and without a spool what could not be delivered.</summary>
    public static string[] Final(OtlpExportProtocol protocol, bool hasSpool) =>
    [
        PartialSuccess,
        .. protocol == OtlpExportProtocol.Grpc
            ? (string[])["INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNIMPLEMENTED"]
            : ["400", "401", "403", "404", "413"],
        .. hasSpool ? [] : (string[])[.. Transient(protocol), CircuitOpen, Paused],
    ];
}
