using System.Globalization;

namespace Agent.Text;

/// <summary>
/// Text of the system or of an input, as it may reach a terminal: what would move the cursor, set colours or turn the
/// direction of writing becomes a question mark.
/// </summary>
internal static class Printable
{
    public static string Of(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 || !text.Any(IsUnprintable)
            ? text
            : string.Concat(text.Select(character => IsUnprintable(character) ? '?' : character));

    /// <summary>The same on one line: line ends and tabs become blanks.</summary>
    public static string Line(string text) =>
        Of(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static bool IsUnprintable(char character) => character is < ' ' or >= '\u007f' && CharUnicodeInfo.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
