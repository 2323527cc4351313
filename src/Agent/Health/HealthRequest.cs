namespace Agent.Health;

/// <summary>What a client asks for.</summary>
/// <param name="Path">The path, without the query; empty when the request is malformed.</param>
/// <param name="IsHead">Only the header is wanted.</param>
/// <param name="IsAllowed">The method is GET or HEAD.</param>
internal readonly record struct HealthRequest(string Path, bool IsHead, bool IsAllowed)
{
    private const byte Space = (byte)' ';

    /// <summary>No path that is answered is longer.</summary>
    private const int MaxPath = 64;

    /// <summary>A request line is "GET /healthz HTTP/1.1" (RFC 9112 section 3). Never throws.</summary>
    public static HealthRequest Parse(ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = end < 0 ? [] : head[..end];
        int first = line.IndexOf(Space);
        int last = line.LastIndexOf(Space);
        if (first <= 0 || last == first || !line[(last + 1)..].StartsWith("HTTP/1."u8))
        {
            return default;
        }

        ReadOnlySpan<byte> method = line[..first];
        ReadOnlySpan<byte> target = line[(first + 1)..last];
        int query = target.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = query < 0 ? target : target[..query];
        bool isHead = method.SequenceEqual("HEAD"u8);
        return new HealthRequest(
            path.Length is > 0 and <= MaxPath ? Encoding.ASCII.GetString(path) : "/",
            isHead,
            isHead || method.SequenceEqual("GET"u8));
    }

    /// <summary>The blank line after the header has come.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> head) => head.IndexOf("\r\n\r\n"u8) >= 0;
}

/// <summary>An answer to a question about the agent's health.</summary>
/// <param name="Status">The HTTP status (RFC 9110 section 15).</param>
/// <param name="Text">One line that says why.</param>
internal readonly record struct HealthAnswer(int Status, string Text)
{
    public const int Good = 200;
    public const int BadRequest = 400;
    public const int NotFound = 404;
    public const int MethodNotAllowed = 405;
    public const int TooLarge = 431;
    public const int Bad = 503;

    /// <summary>As HTTP/1.1 (RFC 9112), closing the connection.</summary>
    public byte[] Format(bool headOnly)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)Status);
        string allow = Status == MethodNotAllowed ? "Allow: GET, HEAD\r\n" : "";
        string body = Text + "\n";
        return Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {Status} {response.ReasonPhrase}\r\n{allow}"
            + "Content-Type: text/plain; charset=us-ascii\r\nCache-Control: no-store\r\nConnection: close\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n{(headOnly ? "" : body)}");
    }
}
