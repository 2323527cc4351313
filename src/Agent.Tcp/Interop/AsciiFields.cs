using System.Buffers.Text;

namespace Agent.Tcp.Interop;

/// <summary>Whole fields to numbers: no sign, no blanks, no overflow, at least one digit.</summary>
internal static class AsciiNumber
{
    private const int MaxHexDigits = 16;

    public static bool TryHex(ReadOnlySpan<byte> field, out ulong value)
    {
        value = 0;
        return field.Length <= MaxHexDigits
            && Utf8Parser.TryParse(field, out value, out int length, standardFormat: 'X')
            && length == field.Length;
    }

    public static bool TryDecimal(ReadOnlySpan<byte> field, out ulong value) =>
        Utf8Parser.TryParse(field, out value, out int length) && length == field.Length;

    /// <summary>0 to 15, or -1 when the character is no hexadecimal digit.</summary>
    public static int HexDigit(byte character)
    {
        int digit = character - '0';
        if ((uint)digit <= 9)
        {
            return digit;
        }

        int letter = (character | 0x20) - 'a';
        return (uint)letter <= 5 ? letter + 10 : -1;
    }
}

/// <summary>Walks the fields of a line, which spaces or tabs part.</summary>
internal ref struct FieldCursor(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    /// <summary>What has not been walked yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        int start = _rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (start < 0)
        {
            _rest = field = default;
            return false;
        }

        _rest = _rest[start..];
        int end = _rest.IndexOfAny((byte)' ', (byte)'\t');
        field = end < 0 ? _rest : _rest[..end];
        _rest = _rest[field.Length..];
        return true;
    }

    /// <summary>Goes past so many fields; false when there are fewer.</summary>
    public bool TrySkip(int fields)
    {
        bool isThere = true;
        for (int skipped = 0; isThere && skipped < fields; skipped++)
        {
            isThere = TryNext(out _);
        }

        return isThere;
    }
}
