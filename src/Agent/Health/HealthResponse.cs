using System.Text;

namespace Agent.Health;

/// <summary>An answer as HTTP/1.1 (RFC 9112), closing the connection.</summary>
internal static class HealthResponse
{
    public static byte[] Format(HealthAnswer answer, bool headOnly)
    {
        string allow = answer.Status == HealthAnswer.MethodNotAllowed ? "Allow: GET, HEAD\r\n" : "";
        string body = answer.Text + "\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {answer.Status} {Reason(answer.Status)}\r\n{allow}"
            + "Content-Type: text/plain; charset=us-ascii\r\nCache-Control: no-store\r\nConnection: close\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{(headOnly ? "" : body)}");
    }

    private static string Reason(int status) => status switch
    {
        HealthAnswer.Good => "OK",
        HealthAnswer.BadRequest => "Bad Request",
        HealthAnswer.NotFound => "Not Found",
        HealthAnswer.MethodNotAllowed => "Method Not Allowed",
        HealthAnswer.TooLarge => "Request Header Fields Too Large",
        _ => "Service Unavailable",
    };
}
