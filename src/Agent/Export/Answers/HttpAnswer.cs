using System.Net.Http.Headers;

namespace Agent.Export.Answers;

/// <summary>Judges an answer over HTTP (OTLP specification, "OTLP/HTTP response").</summary>
internal static class HttpAnswer
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    public static Verdict Judge(HttpResponseMessage response, DateTimeOffset now)
    {
        if (!response.IsSuccessStatusCode)
        {
            string errorType = $"{(int)response.StatusCode}";
            return IsRetryable(response.StatusCode)
                ? Verdict.Transient(errorType, Describe(response)) with { Wait = RetryAfter(response, now) }
                : Verdict.Final(errorType, Describe(response));
        }

        // Nothing that speaks OTLP has judged the payload, so it is not yet lost.
        return TryReadSuccess(response, out Verdict success) ? success : Verdict.Transient(ErrorTypes.InvalidResponse, DescribeForeign(response));
    }

    public static bool IsRetryable(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>How long the header asks to wait, in seconds or until a date (RFC 9110, section 10.2.3): counted from the answer's own date, as this node's may be wrong.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        null when IsNumber(response) => TimeSpan.MaxValue,
        { Delta: { } delta } => delta,
        { Date: { } date } when (response.Headers.Date ?? now) is var sent => date > sent ? date - sent : TimeSpan.Zero,
        _ => null,
    };

    public static string Describe(HttpResponseMessage response)
    {
        string status = Status(response);
        if (AnswerText.IsWebPage(response))
        {
            return status + " with a web page (HTML); that is not an OTLP receiver: check host, port and path";
        }

        string words = string.Equals(AnswerText.MediaType(response), Protobuf, StringComparison.OrdinalIgnoreCase)
            ? RpcStatus.Read(AnswerText.Body(response)).Message
            : AnswerText.OfBody(response);
        return words.Length > 0 ? $"{status}: {words}" : status;
    }

    /// <summary>A number of seconds greater than the platform reads: the longest wait.</summary>
    private static bool IsNumber(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Retry-After", out HeaderStringValues values)
        && values.FirstOrDefault()?.Trim() is { Length: > 0 } text
        && text.All(char.IsAsciiDigit);

    /// <summary>Nothing, or a response of OTLP's in the format of the answer's media type; in that of the request without one.</summary>
    private static bool TryReadSuccess(HttpResponseMessage response, out Verdict success)
    {
        success = Verdict.Accepted;
        if (AnswerBody.IsCut(response))
        {
            return false;
        }

        byte[] body = AnswerText.Body(response);
        return AnswerText.MediaType(response).ToLowerInvariant() switch
        {
            "" or Protobuf => ExportResponse.TryReadProtobuf(body, out success),
            Json when body.Length > 0 => ExportResponse.TryReadJson(body, out success),
            _ => body.Length == 0 && !AnswerText.IsWebPage(response),
        };
    }

    private static string DescribeForeign(HttpResponseMessage response)
    {
        if (AnswerText.IsWebPage(response))
        {
            return Describe(response);
        }

        string type = AnswerText.MediaType(response) is { Length: > 0 } said ? said : "no media type";
        string words = AnswerText.OfBody(response);
        return $"{Status(response)} with a body that is not an OTLP response ({type}{(words.Length > 0 ? ": " : "")}{words}); check host, port and path";
    }

    private static string Status(HttpResponseMessage response) => $"it answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
}
