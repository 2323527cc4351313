using System.IO.Compression;

namespace Agent.Export.Protobuf;

/// <summary>One export: an <c>ExportMetricsServiceRequest</c> in protobuf, without the framing of any transport.</summary>
/// <param name="Message">The message's bytes; those in a pooled buffer hold until this is disposed.</param>
/// <param name="IsGzip">The bytes are compressed (gzip, RFC 1952).</param>
internal sealed record OtlpPayload(ReadOnlyMemory<byte> Message, bool IsGzip) : IDisposable
{
    /// <summary>One byte of flags (1: compressed), four of length (gRPC over HTTP/2, "Length-Prefixed-Message").</summary>
    public const int GrpcFrameHeader = 5;

    private byte[]? _buffer;

    /// <summary>The buffer of the shared pool that the message is in.</summary>
    public byte[] Buffer
    {
        init => _buffer = value;
    }

    /// <summary>A copy of the message that a request of the exporter carries, whose bytes may be kept.</summary>
    public static async Task<OtlpPayload> ReadAsync(HttpRequestMessage request)
    {
        using var copy = new MemoryStream((int)(request.Content!.Headers.ContentLength ?? 0));
        await request.Content.CopyToAsync(copy);
        return Unframed(request.Content, copy.GetBuffer().AsMemory(0, (int)copy.Length));
    }

    /// <summary>The same in a pooled buffer, for a short time.</summary>
    public static async Task<OtlpPayload> RentAsync(HttpRequestMessage request)
    {
        if (request.Content!.Headers.ContentLength is not (> 0 and <= int.MaxValue and var length))
        {
            return await ReadAsync(request);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        using var copy = new MemoryStream(buffer);
        await request.Content.CopyToAsync(copy);
        return Unframed(request.Content, buffer.AsMemory(0, (int)copy.Position)) with { Buffer = buffer };
    }

    /// <summary>How many data points it holds.</summary>
    public long CountPoints()
    {
        if (!IsGzip)
        {
            return DataPoints.Count(Message.Span);
        }

        try
        {
            using var gzip = new GZipStream(new MemoryStream(Message.ToArray()), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return DataPoints.Count(plain.GetBuffer().AsSpan(0, (int)plain.Length));
        }
        catch (InvalidDataException)
        {
            return 0;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static OtlpPayload Unframed(HttpContent content, ReadOnlyMemory<byte> body)
    {
        if (content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            return new OtlpPayload(body, content.Headers.ContentEncoding.Contains("gzip", StringComparer.OrdinalIgnoreCase));
        }

        return new OtlpPayload(body[Math.Min(GrpcFrameHeader, body.Length)..], !body.IsEmpty && body.Span[0] == 1);
    }
}

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
