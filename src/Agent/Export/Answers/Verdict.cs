namespace Agent.Export.Answers;

/// <summary>The outcome of one attempt, by the rules of the OTLP specification ("Failures", for gRPC and for HTTP).</summary>
/// <param name="Kind">What becomes of the payload.</param>
/// <param name="ErrorType">The value of <c>error.type</c>; empty for a success.</param>
/// <param name="Reason">Why, in one line; empty for a success.</param>
internal sealed record Verdict(VerdictKind Kind, string ErrorType, string Reason)
{
    /// <summary>How long the collector asks to wait; null when it does not say.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The points that the collector rejected of an export that it accepted (<c>partial_success</c>).</summary>
    public long RejectedPoints { get; init; }

    /// <summary>The collector's message about an export that it accepted; mostly empty.</summary>
    public string Warning { get; init; } = "";

    public static Verdict Accepted { get; } = new(VerdictKind.Accepted, "", "");

    /// <summary>Judges a whole answer: the body has been read, as gRPC's trailers are there only then.</summary>
    public static Verdict Of(HttpResponseMessage response, OtlpExportProtocol protocol, DateTimeOffset now)
    {
        try
        {
            return protocol == OtlpExportProtocol.Grpc ? GrpcAnswer.Judge(response, now) : HttpAnswer.Judge(response, now);
        }
#pragma warning disable CA1031 // An answer came: a fault of ours in reading it must not pass for one of the network.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ByStatus(response, protocol, exception);
        }
    }

    public static Verdict Transient(string errorType, string reason) => new(VerdictKind.Transient, errorType, reason);

    public static Verdict Final(string errorType, string reason) => new(VerdictKind.Final, errorType, reason);

    /// <summary>By the status alone, as the rest of the answer cannot be read.</summary>
    private static Verdict ByStatus(HttpResponseMessage response, OtlpExportProtocol protocol, Exception fault)
    {
        int? grpc = protocol == OtlpExportProtocol.Grpc ? GrpcAnswer.StatusOf(response) : null;
        string status = grpc is { } number ? $"gRPC status {number}" : $"{(int)response.StatusCode}";
        string reason = $"it answered {status}; the rest of its answer cannot be read ({fault.GetType().Name})";
        return grpc switch
        {
            GrpcCodes.Ok => Transient(ErrorTypes.InvalidResponse, reason),
            { } code => GrpcCodes.IsRetryable(code, hasRetryInfo: false) ? Transient(GrpcCodes.Name(code), reason) : Final(GrpcCodes.Name(code), reason),
            null when response.IsSuccessStatusCode => Transient(ErrorTypes.InvalidResponse, reason),
            null => HttpAnswer.IsRetryable(response.StatusCode) ? Transient(status, reason) : Final(status, reason),
        };
    }
}

/// <summary>What becomes of an export after an attempt.</summary>
internal enum VerdictKind
{
    /// <summary>The collector accepted it, maybe without some points.</summary>
    Accepted,

    /// <summary>It may arrive if it is sent again.</summary>
    Transient,

    /// <summary>The collector refused it: sending it again is forbidden.</summary>
    Final,

    /// <summary>The agent cancelled the attempt.</summary>
    Cancelled,
}

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
