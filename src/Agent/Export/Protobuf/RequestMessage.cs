using System.Buffers;
using System.IO.Compression;
using Agent.Export.Transport;

namespace Agent.Export.Protobuf;

/// <summary>The message that a request of the exporter carries, freed from the framing of its protocol.</summary>
internal static class RequestMessage
{
    /// <summary>A copy in memory, whose bytes may be kept.</summary>
    public static async Task<OtlpPayload> ReadAsync(HttpRequestMessage request)
    {
        using var copy = new MemoryStream((int)(request.Content!.Headers.ContentLength ?? 0));
        bool isGzip = await CopyAsync(request, copy);
        return new OtlpPayload(copy.Length == copy.Capacity ? copy.GetBuffer() : copy.ToArray(), isGzip);
    }

    /// <summary>A copy for a short time.</summary>
    /// <returns>The copy, and the buffer of the shared pool that it stands in; an empty one when it stands in none.</returns>
    public static async Task<(OtlpPayload Payload, byte[] Buffer)> RentAsync(HttpRequestMessage request)
    {
        if (request.Content!.Headers.ContentLength is not (> 0 and <= int.MaxValue and var length))
        {
            return (await ReadAsync(request), []);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        using var copy = new MemoryStream(buffer);
        bool isGzip = await CopyAsync(request, copy);
        return (new OtlpPayload(buffer.AsMemory(0, (int)copy.Position), isGzip), buffer);
    }

    /// <summary>How many data points a payload holds.</summary>
    public static long DataPointsOf(OtlpPayload payload)
    {
        if (!payload.IsGzip)
        {
            return DataPoints.Count(payload.Message.Span);
        }

        try
        {
            using var gzip = new GZipStream(new MemoryStream(payload.Message.ToArray()), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return DataPoints.Count(plain.GetBuffer().AsSpan(0, (int)plain.Length));
        }
        catch (InvalidDataException)
        {
            return 0;
        }
    }

    /// <summary>Writes the bare message to a stream.</summary>
    /// <returns>Whether it is compressed (gzip).</returns>
    private static async Task<bool> CopyAsync(HttpRequestMessage request, Stream destination)
    {
        HttpContent content = request.Content!;
        bool isGrpc = content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        await using var unframed = new UnframingStream(destination, isGrpc ? OtlpRequest.GrpcFrameHeader : 0);
        await content.CopyToAsync(unframed);
        return isGrpc ? unframed.FirstByte == 1 : content.Headers.ContentEncoding.Contains("gzip", StringComparer.OrdinalIgnoreCase);
    }
}
