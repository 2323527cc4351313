using System.Globalization;
using System.Net;

namespace Agent.Export.Answers;

/// <summary>Judges an answer over HTTP (OTLP specification, "OTLP/HTTP response").</summary>
internal static class HttpAnswer
{
    private const string Protobuf = "application/x-protobuf";

    public static Verdict Judge(HttpResponseMessage response, DateTimeOffset now)
    {
        if (!response.IsSuccessStatusCode)
        {
            string errorType = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            return IsRetryable(response.StatusCode)
                ? Verdict.Transient(errorType, Describe(response)) with { Wait = RetryAfter(response, now) }
                : Verdict.Final(errorType, Describe(response));
        }

        // Nothing that speaks OTLP has judged the payload, so it is not yet lost.
        return AnswerText.IsWebPage(response)
            ? Verdict.Transient(AttemptFault.InvalidResponse, Describe(response))
            : PartialSuccess.Read(AnswerText.Body(response));
    }

    public static bool IsRetryable(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>How long the header asks to wait, in seconds or until a date (RFC 9110, section 10.2.3).</summary>
    /// <param name="response">The answer.</param>
    /// <param name="now">The date here, for an answer that does not say its own: the clock of a node may be wrong.</param>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when (response.Headers.Date ?? now) is var sent => date > sent ? date - sent : TimeSpan.Zero,
        _ => null,
    };

    public static string Describe(HttpResponseMessage response)
    {
        string status = $"it answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        if (AnswerText.IsWebPage(response))
        {
            return status + " with a web page (HTML); that is no OTLP receiver: check host, port and path";
        }

        string words = string.Equals(AnswerText.MediaType(response), Protobuf, StringComparison.OrdinalIgnoreCase)
            ? RpcStatus.Read(AnswerText.Body(response)).Message
            : AnswerText.OfBody(response);
        return words.Length > 0 ? $"{status}: {words}" : status;
    }
}
