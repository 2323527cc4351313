namespace Agent.Tcp.Procfs;

/// <summary>Whole fields to numbers: no sign, no blanks, no overflow, at least one digit.</summary>
internal static class AsciiNumber
{
    private const int MaxHexDigits = 16;

    public static bool TryHex(ReadOnlySpan<byte> field, out ulong value)
    {
        value = 0;
        if (field.IsEmpty || field.Length > MaxHexDigits)
        {
            return false;
        }

        foreach (byte character in field)
        {
            int digit = HexDigit(character);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)digit;
        }

        return true;
    }

    public static bool TryDecimal(ReadOnlySpan<byte> field, out ulong value)
    {
        value = 0;
        if (field.IsEmpty)
        {
            return false;
        }

        foreach (byte character in field)
        {
            uint digit = (uint)(character - '0');
            if (digit > 9 || value > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return true;
    }

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
