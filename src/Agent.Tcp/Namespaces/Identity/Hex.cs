using System.Buffers;

namespace Agent.Tcp.Namespaces.Identity;

/// <summary>Hexadecimal names as runtimes write them: in lower case.</summary>
internal static class Hex
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdef");

    public static bool IsHex(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Digits);

    public static bool IsHex(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);
}
