namespace Agent.Health;

/// <summary>What a client asks for.</summary>
/// <param name="Path">The path, without the query; empty when the request is malformed.</param>
/// <param name="IsHead">Only the header is wanted.</param>
/// <param name="IsAllowed">The method is GET or HEAD.</param>
internal readonly record struct HealthRequest(string Path, bool IsHead, bool IsAllowed)
{
    private const byte Space = (byte)' ';

    /// <summary>Longer ones are none of ours.</summary>
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
            path.Length is > 0 and <= MaxPath ? System.Text.Encoding.ASCII.GetString(path) : "/",
            isHead,
            isHead || method.SequenceEqual("GET"u8));
    }

    /// <summary>The blank line after the header has come.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> head) => head.IndexOf("\r\n\r\n"u8) >= 0;
}
