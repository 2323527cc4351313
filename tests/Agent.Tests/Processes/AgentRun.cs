using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Processes;

/// <summary>Starts <c>agent run</c> over the fixture, exporting ten times a second.</summary>
internal static class AgentRun
{
    public static readonly KeyValuePair<string, string> OverFixture = new("Tcp__ProcRoot", FixtureProcRoot.Path);

    public static readonly KeyValuePair<string, string> OftenExporting = new("OTEL_METRIC_EXPORT_INTERVAL", "100");

    /// <summary>Once at the start, and at the end.</summary>
    public static readonly KeyValuePair<string, string> OnceAnHour = new("OTEL_METRIC_EXPORT_INTERVAL", "3600000");

    /// <summary>An export is one attempt with seconds of time: the first of a process may take long.</summary>
    public static readonly KeyValuePair<string, string>[] OneLongAttempt =
        [new("OTEL_METRIC_EXPORT_INTERVAL", "5000"), new("Export__Retry__MaxRetries", "0")];

    public static TestProcess Start(params KeyValuePair<string, string>[] environment) =>
        AgentProgram.Start([], [OverFixture, OftenExporting, .. environment]);

    public static KeyValuePair<string, string>[] OverHttp(OtlpReceiver receiver) =>
        Endpoint(receiver.HttpEndpoint, "http/protobuf");

    public static KeyValuePair<string, string>[] OverGrpc(OtlpReceiver receiver) => Endpoint(receiver.GrpcEndpoint, "grpc");

    public static KeyValuePair<string, string>[] Endpoint(Uri endpoint, string protocol) =>
    [
        new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.ToString()),
        new("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
    ];

    public static KeyValuePair<string, string>[] By(OtlpReceiver receiver, string protocol) =>
        string.Equals(protocol, "grpc", StringComparison.Ordinal) ? OverGrpc(receiver) : OverHttp(receiver);
}
