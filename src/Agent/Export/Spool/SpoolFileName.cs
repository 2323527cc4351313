namespace Agent.Export.Spool;

/// <summary>
/// The name of a spool file: <c>SEQUENCE-MILLISECONDS.otlp</c>. Sorted by name they are in the order of sending, and
/// their age is known without opening them.
/// </summary>
internal static class SpoolFileName
{
    public const string Extension = ".otlp";
    public const string Pattern = "*.otlp";
    public const string TemporaryPattern = "*.otlp.tmp";
    public const string CorruptPattern = "*.otlp.corrupt";
    public const string Temporary = ".tmp";
    public const string Corrupt = ".corrupt";

    /// <summary>Greater numbers are not the agent's: counting on from them would overflow.</summary>
    private const long MaxSequence = 999_999_999_999_999_999;

    public static string Of(long sequence, DateTimeOffset created) =>
        $"{sequence:D19}-{created.ToUnixTimeMilliseconds():D13}{Extension}";

    /// <summary>False when the name is not one that the agent gives.</summary>
    public static bool TryParse(string name, out long sequence, out DateTimeOffset created)
    {
        sequence = 0;
        created = default;
        ReadOnlySpan<char> rest = name;
        int dash = rest.IndexOf('-');
        if (dash < 0 || !rest.EndsWith(Extension)
            || !long.TryParse(rest[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            || !long.TryParse(rest[(dash + 1)..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            || sequence > MaxSequence || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            return false;
        }

        created = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

        // The file is found again by the name made of these: "1-5.otlp" would be another.
        return string.Equals(name, Of(sequence, created), StringComparison.Ordinal);
    }
}
