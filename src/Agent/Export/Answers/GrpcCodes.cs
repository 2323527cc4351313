namespace Agent.Export.Answers;

/// <summary>gRPC's status codes (grpc/grpc, doc/statuscodes.md) and what OTLP says of each.</summary>
internal static class GrpcCodes
{
    public const int Ok = 0;

    private const int Cancelled = 1, DeadlineExceeded = 4, ResourceExhausted = 8, Aborted = 10, OutOfRange = 11, Unavailable = 14, DataLoss = 15;

    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public static string Name(int code) => code >= 0 && code < Names.Length ? Names[code] : "UNKNOWN";

    /// <summary>The table of the OTLP specification, "OTLP/gRPC response", "Failures".</summary>
    public static bool IsRetryable(int code, bool hasRetryInfo) => code switch
    {
        Cancelled or DeadlineExceeded or Aborted or OutOfRange or Unavailable or DataLoss => true,
        ResourceExhausted => hasRetryInfo,
        _ => false,
    };
}
