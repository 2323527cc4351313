using System.Globalization;
using Grpc.Core;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>What the receiver answers to one export.</summary>
internal sealed record OtlpAnswer
{
    public static OtlpAnswer Success { get; } = new();

    /// <summary>A refusal that asks to try again after so many seconds.</summary>
    public static OtlpAnswer AskToWait(int seconds) => new()
    {
        HttpStatus = 429,
        GrpcStatus = StatusCode.ResourceExhausted,
        RetryInfo = TimeSpan.FromSeconds(seconds),
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["retry-after"] = string.Create(CultureInfo.InvariantCulture, $"{seconds}") },
    };

    /// <summary>The status over HTTP.</summary>
    public int HttpStatus { get; init; } = 200;

    /// <summary>The status over gRPC.</summary>
    public StatusCode GrpcStatus { get; init; } = StatusCode.OK;

    /// <summary>The text that goes with a failure: the body over HTTP, the message over gRPC.</summary>
    public string Message { get; init; } = "";

    /// <summary>Headers of the answer; over gRPC, its trailers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Over HTTP: a web page instead of an answer, with any status; empty for none.</summary>
    public string Page { get; init; } = "";

    /// <summary>The media type of <see cref="Page"/>.</summary>
    public string PageType { get; init; } = "text/html";

    /// <summary>Over gRPC: how long to wait before trying again, as a <c>google.rpc.RetryInfo</c> in the status' details.</summary>
    public TimeSpan? RetryInfo { get; init; }

    /// <summary>Over gRPC: the HTTP status alone, as a proxy in between answers that knows no gRPC.</summary>
    public bool IsFromAProxy { get; init; }

    /// <summary>The connection is cut when half of the answer's body has been sent.</summary>
    public bool IsCutShort { get; init; }

    /// <summary>How long the collector takes before it answers.</summary>
    public TimeSpan After { get; init; }

    /// <summary>The exporter was told that the collector has the data, or the collector at least meant to tell it.</summary>
    public bool IsTaken(string protocol) =>
        string.Equals(protocol, "grpc", StringComparison.Ordinal) && !IsFromAProxy
            ? GrpcStatus == StatusCode.OK
            : HttpStatus == 200 && Page.Length == 0;

    /// <summary>Sent with a success: some points were refused.</summary>
    public ExportMetricsPartialSuccess? PartialSuccess { get; init; }

    public ExportMetricsServiceResponse Body => new() { PartialSuccess = PartialSuccess };
}
