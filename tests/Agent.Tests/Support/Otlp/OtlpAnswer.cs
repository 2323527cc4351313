using Grpc.Core;
using OpenTelemetry.Proto.Collector.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>What the receiver answers to one export.</summary>
internal sealed record OtlpAnswer
{
    public static OtlpAnswer Success { get; } = new();

    /// <summary>The status over HTTP.</summary>
    public int HttpStatus { get; init; } = 200;

    /// <summary>The status over gRPC.</summary>
    public StatusCode GrpcStatus { get; init; } = StatusCode.OK;

    /// <summary>The text that goes with a failure: the body over HTTP, the message over gRPC.</summary>
    public string Message { get; init; } = "";

    /// <summary>Headers of the answer; over gRPC, its trailers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Sent with a success: some points were refused.</summary>
    public ExportMetricsPartialSuccess? PartialSuccess { get; init; }

    public ExportMetricsServiceResponse Body => new() { PartialSuccess = PartialSuccess };
}
