namespace Agent.Tcp.Namespaces.Identity;

/// <summary>
/// UIDs of pods: 8-4-4-4-12 for those the API server made, 32 digits without dashes (a hash of the manifest) for
/// static pods.
/// </summary>
internal static class PodUid
{
    private const int DashedLength = 36;
    private const int HashLength = 32;

    /// <summary>Whether this is a UID, in the API's spelling or in that of systemd's unit names (underscores for dashes).</summary>
    public static bool IsUid(ReadOnlySpan<byte> text) => text.Length switch
    {
        HashLength => Hex.IsHex(text),
        DashedLength => IsDashed(text),
        _ => false,
    };

    /// <summary>A UID in the API's spelling.</summary>
    public static string Normalize(ReadOnlySpan<byte> uid) => Encoding.ASCII.GetString(uid).Replace('_', '-');

    private static bool IsDashed(ReadOnlySpan<byte> text) =>
        IsSeparator(text[8]) && IsSeparator(text[13]) && IsSeparator(text[18]) && IsSeparator(text[23])
        && Hex.IsHex(text[..8]) && Hex.IsHex(text[9..13]) && Hex.IsHex(text[14..18]) && Hex.IsHex(text[19..23])
        && Hex.IsHex(text[24..]);

    private static bool IsSeparator(byte character) => character is (byte)'-' or (byte)'_';
}

/// <summary>Hexadecimal names as runtimes write them: in lower case.</summary>
internal static class Hex
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdef");

    public static bool IsHex(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Digits);

    public static bool IsHex(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);
}
