namespace Agent.Tcp;

/// <summary>Text from the system or of an input (paths, names, error messages) as it may reach a terminal or a log.</summary>
internal static class Printable
{
    /// <summary>
    /// The text with control characters written as <c>\x1b</c>, and invisible ones that change how the rest is shown (such as
    /// the direction of writing) as <c>\u202e</c>: they could move a terminal's cursor, or forge a line of a log. The same
    /// instance when there are none.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepLines">Whether line ends stay: for messages of several lines.</param>
    public static string Of(string text, bool keepLines = false)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 || !text.Any(character => IsEscaped(character, keepLines)))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (char character in text)
        {
            if (IsEscaped(character, keepLines))
            {
                string prefix = character <= 0xff ? "\\x" : "\\u";
                escaped.Append(prefix).Append(((int)character).ToString(character <= 0xff ? "x2" : "x4", CultureInfo.InvariantCulture));
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }

    /// <summary>The same on one line: runs of white space, line ends included, become one blank.</summary>
    public static string Line(string text) =>
        Of(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static bool IsEscaped(char character, bool keepLines) => CharUnicodeInfo.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.Control => !(keepLines && character == '\n'),
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => false,
    };
}
