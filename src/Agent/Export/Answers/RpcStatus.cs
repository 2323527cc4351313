using Agent.Export.Protobuf;

namespace Agent.Export.Answers;

/// <summary>
/// A <c>google.rpc.Status</c> (google/rpc/status.proto): the body of a failed OTLP export over HTTP, and over gRPC the
/// trailer <c>grpc-status-details-bin</c>.
/// </summary>
/// <param name="Message">What the collector says; may be empty.</param>
/// <param name="HasRetryInfo">It says that the export may be sent again (<c>google.rpc.RetryInfo</c>).</param>
/// <param name="RetryDelay">After how long; null when it does not say.</param>
internal sealed record RpcStatus(string Message, bool HasRetryInfo, TimeSpan? RetryDelay)
{
    private const string RetryInfoType = "google.rpc.RetryInfo";
    private const int MessageField = 2, DetailsField = 3, TypeField = 1, ValueField = 2;

    private static readonly RpcStatus Empty = new("", HasRetryInfo: false, RetryDelay: null);

    public static RpcStatus Read(ReadOnlySpan<byte> bytes)
    {
        RpcStatus status = Empty;
        var fields = new ProtobufReader(bytes);
        while (fields.Next())
        {
            status = fields.Field switch
            {
                MessageField => status with { Message = AnswerText.FirstLine(Encoding.UTF8.GetString(fields.Bytes)) },
                DetailsField when IsRetryInfo(fields.Bytes, out TimeSpan? delay) => status with { HasRetryInfo = true, RetryDelay = delay },
                _ => status,
            };
        }

        return status;
    }

    /// <summary>Of a trailer: base64, often without its padding (gRPC over HTTP/2, "Custom-Metadata").</summary>
    public static RpcStatus ReadTrailer(string? base64)
    {
        if (string.IsNullOrEmpty(base64))
        {
            return Empty;
        }

        string padded = base64.TrimEnd('=');
        padded = padded.PadRight((padded.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out int count) ? Read(bytes.AsSpan(0, count)) : Empty;
    }

    private static bool IsRetryInfo(ReadOnlySpan<byte> any, out TimeSpan? delay)
    {
        bool isRetryInfo = false;
        ReadOnlySpan<byte> value = default;
        var fields = new ProtobufReader(any);
        while (fields.Next())
        {
            isRetryInfo |= fields.Field == TypeField && Encoding.UTF8.GetString(fields.Bytes).EndsWith(RetryInfoType, StringComparison.Ordinal);
            value = fields.Field == ValueField ? fields.Bytes : value;
        }

        delay = isRetryInfo ? RetryDelayOf(value) : null;
        return isRetryInfo;
    }

    /// <summary><c>RetryInfo.retry_delay</c>, a <c>google.protobuf.Duration</c>: seconds and nanoseconds.</summary>
    private static TimeSpan? RetryDelayOf(ReadOnlySpan<byte> retryInfo)
    {
        var info = new ProtobufReader(retryInfo);
        if (!info.Next() || info.Field != 1)
        {
            return null;
        }

        double seconds = 0;
        var duration = new ProtobufReader(info.Bytes);
        while (duration.Next())
        {
            seconds += duration.Field == 1 ? (long)duration.Number : (int)duration.Number / 1e9;
        }

        // Clamped before it is a TimeSpan, which holds less than the message can say.
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.FromDays(1).TotalSeconds));
    }
}
