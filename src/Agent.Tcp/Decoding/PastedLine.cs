using Agent.Tcp.Procfs;

namespace Agent.Tcp.Decoding;

/// <summary>Takes away what copying and quoting put around a line. Keeps one line at a time.</summary>
internal sealed class PastedLine
{
    private byte[] _text = new byte[512];

    /// <summary>
    /// The row or header within a line that has something before it; the line without quote marks and Unicode's spaces when
    /// there is none. Empty for what stands around a listing: a prompt, a command, a fence of Markdown.
    /// </summary>
    /// <returns>The text; valid until the next call.</returns>
    public ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = WithoutQuotes(Ascii(line));
        int address = FindAddress(text, out int slot);
        if (address < 0)
        {
            int header = text.IndexOf("sl "u8);
            return header > 0 && text.IndexOf("local_address"u8) > header && IsNumbering(text[..header]) ? text[header..]
                : IsAroundAListing(text) ? default
                : text;
        }

        return slot > 0 && IsNumbering(text[..slot]) ? text[slot..] : text;
    }

    /// <summary>Spaces of Unicode become blanks, zero-width ones and byte order marks vanish.</summary>
    private ReadOnlySpan<byte> Ascii(ReadOnlySpan<byte> line)
    {
        if (line.IndexOfAnyInRange((byte)0x80, (byte)0xFF) < 0)
        {
            return line;
        }

        if (_text.Length < line.Length)
        {
            _text = new byte[line.Length];
        }

        int length = 0;
        while (!line.IsEmpty)
        {
            bool isWhole = Rune.DecodeFromUtf8(line, out Rune rune, out int used) == OperationStatus.Done;
            if (rune.Value is not (0xFEFF or 0x200B or 0x200C or 0x200D or 0x2060))
            {
                // A lone A0 is the no-break space of Latin-1.
                bool isSpace = isWhole ? Rune.IsWhiteSpace(rune) : line[0] == 0xA0;
                _text[length++] = isSpace ? (byte)' ' : rune.IsAscii ? (byte)rune.Value : (byte)'?';
            }

            line = line[used..];
        }

        return _text.AsSpan(0, length);
    }

    private static ReadOnlySpan<byte> WithoutQuotes(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = text.TrimStart(" \t"u8);
        if (rest.IsEmpty || rest[0] is not ((byte)'>' or (byte)'|'))
        {
            return text;
        }

        return rest.TrimStart(" \t>|"u8);
    }

    /// <summary>Where the first address stands, and where the slot before it begins; -1 where there is none.</summary>
    private static int FindAddress(ReadOnlySpan<byte> text, out int slot)
    {
        var fields = new FieldCursor(text);
        ReadOnlySpan<byte> before = default;
        slot = -1;
        while (fields.TryNext(out ReadOnlySpan<byte> field))
        {
            if (ProcNetAddress.TryParse(field, out _, out _))
            {
                int end = OffsetOf(text, before) + before.Length;
                if (before is [.., (byte)':'])
                {
                    int digits = before[..^1].LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
                    slot = digits < before.Length - 1 ? end - before.Length + digits : -1;
                }

                return OffsetOf(text, field);
            }

            before = field;
        }

        return -1;
    }

    private static int OffsetOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part) =>
        part.IsEmpty || !text.Overlaps(part, out int offset) ? 0 : offset;

    /// <summary><c>12:</c> of <c>grep -n</c>, <c>12</c> and a tab of <c>cat -n</c>, <c>/proc/net/tcp:12:</c> of grep on several files.</summary>
    private static bool IsNumbering(ReadOnlySpan<byte> before)
    {
        var fields = new FieldCursor(before);
        return !fields.TryNext(out ReadOnlySpan<byte> field)
            || ((field[^1] is (byte)':' or (byte)'-' or (byte)'|' || field.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
                && !fields.TryNext(out _));
    }

    private static bool IsAroundAListing(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> line = text.Trim(" \t\r"u8);
        return line.IsEmpty
            || line.StartsWith("```"u8)
            || line.IndexOf("net/tcp"u8) >= 0
            || line.IndexOf("$ "u8) >= 0 || line.IndexOf("# "u8) >= 0 || line.IndexOf("% "u8) >= 0
            || line[^1] is (byte)'$' or (byte)'#' or (byte)'%' or (byte)'>';
    }
}
