namespace Agent.Export.Answers;

/// <summary>Text of a collector, made fit for a log line.</summary>
internal static class AnswerText
{
    private const int Longest = 200;

    /// <summary>The first line that is not empty, without control characters, cut where it is long.</summary>
    public static string FirstLine(string text)
    {
        string line = text.AsSpan().Trim().ToString();
        int end = line.AsSpan().IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        line = string.Concat(line.Where(character => !char.IsControl(character)));
        return line.Length > Longest ? line[..Longest] + "…" : line;
    }

    /// <summary>The body of an answer, where it is text.</summary>
    public static string OfBody(HttpResponseMessage response) =>
        IsText(response) ? FirstLine(Encoding.UTF8.GetString(Body(response))) : "";

    /// <summary>A web page, also one whose media type is another.</summary>
    public static bool IsWebPage(HttpResponseMessage response)
    {
        if (MediaType(response).Contains("html", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        string text = OfBody(response);
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    public static string MediaType(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType ?? "";

    /// <summary>The body, which has been read into memory before.</summary>
    public static byte[] Body(HttpResponseMessage response)
    {
        using var copy = new MemoryStream();
        response.Content.CopyTo(copy, context: null, CancellationToken.None);
        return copy.ToArray();
    }

    private static bool IsText(HttpResponseMessage response)
    {
        string type = MediaType(response);
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.EndsWith("json", StringComparison.OrdinalIgnoreCase);
    }
}
