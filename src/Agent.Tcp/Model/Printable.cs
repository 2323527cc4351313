using System.Globalization;
using System.Text;

namespace Agent.Tcp;

/// <summary>Text from the system (paths, names, error messages) as it may reach a terminal or a log.</summary>
internal static class Printable
{
    /// <summary>
    /// The text with control characters written as <c>\x1b</c>: they could move a terminal's cursor, or forge a line of a
    /// log. The same instance when there are none.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepLines">Whether line ends stay: for messages of several lines.</param>
    public static string Of(string text, bool keepLines = false)
    {
        if (!text.Any(character => IsEscaped(character, keepLines)))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (char character in text)
        {
            if (IsEscaped(character, keepLines))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }

    private static bool IsEscaped(char character, bool keepLines) =>
        char.IsControl(character) && !(keepLines && character == '\n');
}
