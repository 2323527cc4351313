using Agent.Export.Protobuf;

namespace Agent.Tcp.Benchmarks.Contestants;

/// <summary>An export as it arrived.</summary>
/// <param name="Timestamp">When its head arrived, by the monotonic clock.</param>
/// <param name="Time">The same, by the wall clock, which the agent of this machine shares.</param>
/// <param name="Body">An <c>ExportMetricsServiceRequest</c>.</param>
internal sealed record OtlpRequest(long Timestamp, DateTimeOffset Time, byte[] Body)
{
    /// <summary><c>time_unix_nano</c> of each kind of data point (opentelemetry/proto/metrics/v1/metrics.proto).</summary>
    private const int TimeField = 3;

    /// <summary>The path to it: resource_metrics, scope_metrics, metrics, the data of any kind (null), data_points.</summary>
    private static readonly int?[] Points = [1, 2, 2, null, 1];

    /// <summary>From the collection, which dates its points, to the arrival.</summary>
    public TimeSpan SinceCollection
    {
        get
        {
            ulong collected = LatestPoint(Body, depth: 0);
            return collected > 0
                ? Time - DateTimeOffset.UnixEpoch.AddTicks((long)collected / TimeSpan.NanosecondsPerTick)
                : throw new IOException("The agent's export has no data point.");
        }
    }

    private static ulong LatestPoint(ReadOnlySpan<byte> message, int depth)
    {
        ulong latest = 0;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (depth == Points.Length)
            {
                latest = reader.Field == TimeField ? reader.Number : latest;
            }
            else if (reader.HasBytes && (Points[depth] is not { } field || reader.Field == field))
            {
                latest = Math.Max(latest, LatestPoint(reader.Bytes, depth + 1));
            }
        }

        return latest;
    }
}
