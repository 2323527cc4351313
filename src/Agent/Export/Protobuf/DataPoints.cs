namespace Agent.Export.Protobuf;

/// <summary>Counts the data points of an export (opentelemetry/proto/metrics/v1/metrics.proto).</summary>
internal static class DataPoints
{
    /// <summary>The path from <c>ExportMetricsServiceRequest</c>: resource_metrics, scope_metrics, metrics.</summary>
    private static ReadOnlySpan<int> Path => [1, 2, 2];

    /// <summary><c>Metric.data</c>: gauge, sum, histogram, exponential_histogram, summary.</summary>
    private static ReadOnlySpan<int> Data => [5, 7, 9, 10, 11];

    /// <summary>How many there are in a message; those before the tear in a torn one.</summary>
    public static long Count(ReadOnlySpan<byte> message) => CountUnder(message, depth: 0);

    private static long CountUnder(ReadOnlySpan<byte> message, int depth)
    {
        long count = 0;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            if (depth == Path.Length)
            {
                count += Data.Contains(reader.Field) ? CountPoints(reader.Bytes) : 0;
            }
            else if (reader.Field == Path[depth])
            {
                count += CountUnder(reader.Bytes, depth + 1);
            }
        }

        return count;
    }

    /// <summary>Field 1 of each kind of data is <c>data_points</c>.</summary>
    private static long CountPoints(ReadOnlySpan<byte> data)
    {
        long count = 0;
        var reader = new ProtobufReader(data);
        while (reader.Next())
        {
            count += reader.Field == 1 ? 1 : 0;
        }

        return count;
    }
}
