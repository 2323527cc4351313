using System.Diagnostics;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Agent.Tests.Support.Otlp;

/// <summary>One export request, as it came over the wire.</summary>
/// <param name="Protocol"><c>grpc</c> or <c>http/protobuf</c>.</param>
/// <param name="Path">The request's path; for gRPC the method's.</param>
/// <param name="Headers">Its headers, names in lower case.</param>
/// <param name="ClientCertificate">The subject of the certificate that the client showed, or null.</param>
/// <param name="Message">The decoded body.</param>
internal sealed record ReceivedExport(
    string Protocol,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    string? ClientCertificate,
    ExportMetricsServiceRequest Message)
{
    /// <summary>All the instruments were there when it was collected.</summary>
    public bool IsFilled => Metrics.Any(metric => string.Equals(metric.Name, "tcp.connections", StringComparison.Ordinal));

    /// <summary>When it was collected, ns since 1970: of all exports, also of those sent again, each collection's own.</summary>
    public ulong CollectedAt => Metrics
        .Single(metric => string.Equals(metric.Name, "tcp.connections", StringComparison.Ordinal))
        .Sum.DataPoints[0].TimeUnixNano;

    /// <summary>How many data points it has, of all metrics.</summary>
    public int PointCount => Metrics.Sum(metric => metric.DataCase switch
    {
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Count,
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Count,
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Count,
        _ => throw new NotSupportedException($"{metric.Name} is a {metric.DataCase}."),
    });

    /// <summary>When it arrived, for measuring: a reading of <see cref="Stopwatch"/>.</summary>
    public long ArrivedAt { get; } = Stopwatch.GetTimestamp();

    public IReadOnlyDictionary<string, string> Resource =>
        Text(Message.ResourceMetrics.Single().Resource.Attributes);

    public IReadOnlyList<Metric> Metrics =>
        [.. Message.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics)];

    /// <summary>The values of <c>tcp.connections</c> by <c>state type family</c>.</summary>
    public IReadOnlyDictionary<string, long> Connections => Metrics
        .Single(metric => string.Equals(metric.Name, "tcp.connections", StringComparison.Ordinal))
        .Sum.DataPoints
        .ToDictionary(
            point =>
            {
                Dictionary<string, string> attributes = Text(point.Attributes);
                return $"{attributes["network.connection.state"]} {attributes["network.type"]} {attributes["tcp.socket.family"]}";
            },
            point => point.AsInt,
            StringComparer.Ordinal);

    /// <summary>A metric's points by one attribute's value; empty when the metric is not there.</summary>
    public IReadOnlyDictionary<string, long> Counts(string name, string attribute) => Metrics
        .Where(metric => string.Equals(metric.Name, name, StringComparison.Ordinal))
        .SelectMany(metric => metric.Sum.DataPoints)
        .ToDictionary(
            point => Text(point.Attributes).GetValueOrDefault(attribute, ""), point => point.AsInt, StringComparer.Ordinal);

    private static Dictionary<string, string> Text(RepeatedField<KeyValue> attributes) =>
        attributes.ToDictionary(pair => pair.Key, pair => pair.Value.StringValue, StringComparer.Ordinal);
}
