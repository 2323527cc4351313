using OpenTelemetry.Exporter;

namespace Agent.Export.Answers;

/// <summary>The outcome of one attempt, by the rules of the OTLP specification ("Failures", for gRPC and for HTTP).</summary>
/// <param name="Kind">What becomes of the payload.</param>
/// <param name="ErrorType">The value of <c>error.type</c>; empty for a success.</param>
/// <param name="Reason">Why, in one line; empty for a success.</param>
internal sealed record Verdict(VerdictKind Kind, string ErrorType, string Reason)
{
    /// <summary>How long the collector asks to wait; null when it does not say.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>The points that the collector refused of a payload that it took (<c>partial_success</c>).</summary>
    public long RejectedPoints { get; init; }

    /// <summary>What the collector said about a payload that it took; mostly empty.</summary>
    public string Warning { get; init; } = "";

    public static Verdict Accepted { get; } = new(VerdictKind.Accepted, "", "");

    /// <summary>Judges a whole answer: the body has been read, as gRPC's trailers are there only then.</summary>
    public static Verdict Of(HttpResponseMessage response, OtlpExportProtocol protocol, DateTimeOffset now) =>
        protocol == OtlpExportProtocol.Grpc ? GrpcAnswer.Judge(response, now) : HttpAnswer.Judge(response, now);

    public static Verdict Transient(string errorType, string reason) => new(VerdictKind.Transient, errorType, reason);

    public static Verdict Final(string errorType, string reason) => new(VerdictKind.Final, errorType, reason);
}

/// <summary>What becomes of a payload after an attempt.</summary>
internal enum VerdictKind
{
    /// <summary>The collector has taken it, maybe but for some points.</summary>
    Accepted,

    /// <summary>It may arrive if it is sent again.</summary>
    Transient,

    /// <summary>The collector will not have it: sending it again is forbidden.</summary>
    Final,

    /// <summary>The attempt was broken off from this side.</summary>
    Cancelled,
}
