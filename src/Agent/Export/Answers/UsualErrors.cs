using Agent.Export.Transport;
using OpenTelemetry.Exporter;

namespace Agent.Export.Answers;

/// <summary>
/// What exports usually fail by, of all that a collector may answer: counters of these are there as 0 before the first
/// failure, so that it shows in a rate.
/// </summary>
internal static class UsualErrors
{
    /// <summary>Types of failures after which an export is sent again.</summary>
    public static string[] Transient(OtlpExportProtocol protocol) =>
        [AttemptFault.Timeout, AttemptFault.ConnectionError, protocol == OtlpExportProtocol.Grpc ? "UNAVAILABLE" : "503"];

    /// <summary>Types of failures that lose data points: refusals, and without a spool what could not be sent.</summary>
    public static string[] Final(OtlpExportProtocol protocol, bool hasSpool) =>
    [
        Verdict.PartialSuccess,
        .. protocol == OtlpExportProtocol.Grpc
            ? (string[])["INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNIMPLEMENTED"]
            : ["400", "401", "403", "404", "413"],
        .. hasSpool ? [] : (string[])[.. Transient(protocol), AttemptFault.CircuitOpen, AttemptFault.Paused],
    ];
}
