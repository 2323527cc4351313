using System.IO.Compression;

namespace Agent.Export.Answers;

/// <summary>Judges an answer over gRPC (OTLP specification, "OTLP/gRPC response"; grpc/grpc, doc/PROTOCOL-HTTP2.md).</summary>
internal static class GrpcAnswer
{
    private const int FrameHeader = 5;

    /// <summary>Header and trailer of gzip, without any content (RFC 1952).</summary>
    private const int GzipFrame = 18;

    /// <summary>A response has a number and a sentence; more is not read.</summary>
    private const int MaxMessage = 1 << 16;

    /// <summary>The body has been read: trailers are there only then.</summary>
    public static Verdict Judge(HttpResponseMessage response, DateTimeOffset now)
    {
        if (StatusOf(response) is not { } code)
        {
            return WithoutStatus(response, now);
        }

        if (code == GrpcCodes.Ok)
        {
            return Message(response) is { } message && ExportResponse.TryReadProtobuf(message, out Verdict success)
                ? success
                : Verdict.Transient(ErrorTypes.InvalidResponse, "it answered gRPC status 0 with a message that is not an OTLP response");
        }

        RpcStatus details = RpcStatus.ReadTrailer(Header(response, "grpc-status-details-bin"));
        string words = MessageOf(response) is { Length: > 0 } said ? said : details.Message;
        string reason = $"it answered gRPC status {code}: {(words.Length > 0 ? words : "no message")}";
        return GrpcCodes.IsRetryable(code, details.HasRetryInfo)
            ? Verdict.Transient(GrpcCodes.Name(code), reason) with { Wait = details.RetryDelay }
            : Verdict.Final(GrpcCodes.Name(code), reason);
    }

    /// <summary>The status; null where there is none, or no number.</summary>
    public static int? StatusOf(HttpResponseMessage response) =>
        int.TryParse(Header(response, "grpc-status"), NumberStyles.None, CultureInfo.InvariantCulture, out int code) ? code : null;

    /// <summary>What the status says, in one line; empty where it has no message, as most have.</summary>
    private static string MessageOf(HttpResponseMessage response) =>
        AnswerText.FirstLine(Uri.UnescapeDataString(Header(response, "grpc-message") ?? ""));

    /// <summary>A trailer, or a header where there is no body ("Trailers-Only").</summary>
    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values)
        || response.Headers.TryGetValues(name, out values)
            ? values.FirstOrDefault()
            : null;

    /// <summary>A proxy or another server answered: what HTTP says counts (grpc/grpc, doc/http-grpc-status-mapping.md).</summary>
    private static Verdict WithoutStatus(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            string type = AnswerText.MediaType(response);
            return Verdict.Transient(ErrorTypes.InvalidResponse, AnswerText.IsWebPage(response)
                ? HttpAnswer.Describe(response)
                : $"it answered 200 as {(type.Length > 0 ? type : "no type")}, without a gRPC status; that is not an OTLP receiver for gRPC");
        }

        return HttpAnswer.Judge(response, now);
    }

    /// <summary>The first message of the body; empty where there is no body, null where it cannot be read or is not whole.</summary>
    private static byte[]? Message(HttpResponseMessage response)
    {
        if (AnswerBody.IsCut(response))
        {
            return null;
        }

        byte[] body = AnswerText.Body(response);
        if (body.Length < FrameHeader)
        {
            return body.Length == 0 ? body : null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        if (length > body.Length - FrameHeader)
        {
            return null;
        }

        byte[] message = body[FrameHeader..(FrameHeader + (int)length)];
        return body[0] == 0 ? message : Decompress(message);
    }

    private static byte[]? Decompress(byte[] message)
    {
        // The platform reads a header that ends early as nothing compressed.
        if (message.Length < GzipFrame)
        {
            return null;
        }

        try
        {
            using var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress);
            var plain = new byte[MaxMessage];
            int length = gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            return plain[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

/// <summary>gRPC's status codes (grpc/grpc, doc/statuscodes.md) and what OTLP says of each.</summary>
internal static class GrpcCodes
{
    public const int Ok = 0;

    private const int Cancelled = 1, DeadlineExceeded = 4, ResourceExhausted = 8, Aborted = 10, OutOfRange = 11, Unavailable = 14, DataLoss = 15;

    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    public static string Name(int code) => code >= 0 && code < Names.Length ? Names[code] : "UNKNOWN";

    /// <summary>The table of the OTLP specification, "OTLP/gRPC response", "Failures".</summary>
    public static bool IsRetryable(int code, bool hasRetryInfo) => code switch
    {
        Cancelled or DeadlineExceeded or Aborted or OutOfRange or Unavailable or DataLoss => true,
        ResourceExhausted => hasRetryInfo,
        _ => false,
    };
}
