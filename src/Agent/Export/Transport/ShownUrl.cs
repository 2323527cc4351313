namespace Agent.Export.Transport;

/// <summary>URLs as they may be shown: without user information, query and fragment, which can hold a password or a key.</summary>
internal static class ShownUrl
{
    private const string Hidden = "(not shown)";
    private const string SchemeEnd = "://";

    /// <summary>What may end a URL inside a sentence; a password can hold most other characters.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n\"'<>");

    public static string Of(Uri url) =>
        url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        + (url.Query.Length > 0 ? "?" + Hidden : "");

    /// <summary>A text that should be a URL and need not be one: what could be user information or a query is cut out.</summary>
    public static string Of(string text)
    {
        int scheme = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        int start = scheme < 0 ? 0 : scheme + SchemeEnd.Length;

        // The last @: one before it, and a ? or / too, may belong to the password.
        int user = text.LastIndexOf('@');
        string rest = user < start ? text[start..] : $"{Hidden}{text[user..]}";
        int query = rest.AsSpan().IndexOfAny('?', '#');
        return text[..start] + (query < 0 ? rest : $"{rest[..(query + 1)]}{Hidden}");
    }

    /// <summary>A sentence, such as a platform's error, with every URL in it as it may be shown.</summary>
    public static string In(string text)
    {
        int scheme = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (scheme < 0)
        {
            return text;
        }

        int start = text.AsSpan(0, scheme).LastIndexOfAny(Ends) + 1;

        // A quoted one ends with its quote: decoded, a password can hold a space.
        ReadOnlySpan<char> tail = text.AsSpan(scheme);
        int length = start > 0 && text[start - 1] is var quote and ('\'' or '"') ? tail.IndexOf(quote) : tail.IndexOfAny(Ends);
        int end = length < 0 ? text.Length : scheme + length;
        return text[..start] + Of(text[start..end]) + In(text[end..]);
    }
}
