namespace Agent.Configuration;

/// <summary>Reads a value from its text, strictly; false when it is not allowed.</summary>
internal delegate bool TryRead<T>(string text, out T value);

/// <summary>What a setting takes. The allowed values in words are made from the bounds that values are checked against.</summary>
internal sealed record SettingType<T>(string Allowed, TryRead<T> TryRead, Func<T, string> Write)
{
    /// <summary>A sentence on the form of a value, for a text that does not have it; empty when it has.</summary>
    public Func<string, string> Form { get; init; } = static _ => "";
}

internal static class SettingTypes
{
    private const string Auto = "Auto";

    public static SettingType<bool> TrueOrFalse { get; } = new("true or false", bool.TryParse, value => value ? "true" : "false");

    public static SettingType<string> AbsolutePath { get; } = new("an absolute path", TryAbsolutePath, value => value);

    /// <summary>An IP address; IPv6 without brackets, IPv4 with all four numbers.</summary>
    public static SettingType<IPAddress> Address { get; } = new(
        "an IP address of the machine, or 0.0.0.0 or :: for all",
        static (text, out value) =>
            IPAddress.TryParse(text, out value!)
            && (text.Contains(':', StringComparison.Ordinal) || text.Count(character => character == '.') == 3),
        value => value.ToString());

    /// <summary>An absolute path, or an empty text.</summary>
    /// <param name="none">What an empty text means.</param>
    public static SettingType<string> OptionalPath(string none) => new(
        $"an absolute path, or empty for {none}",
        static (text, out value) => TryAbsolutePath(text, out value) || text.Length == 0,
        value => value);

    /// <summary>A name of the enumeration, in any case. Numbers are not names.</summary>
    public static SettingType<T> Choice<T>()
        where T : struct, Enum => new(
            Choices.Of<T>(),
            static (text, out value) => Enum.TryParse(text, ignoreCase: true, out value)
                && string.Equals(Enum.GetName(value), text, StringComparison.OrdinalIgnoreCase),
            value => value.ToString());

    public static SettingType<double> Number(Bounds<double> bounds) => new(
        $"a number from {Text(bounds.Least)} to {Text(bounds.Greatest)}",
        (text, out value) => TryNumber(text, out value) && bounds.Contains(value),
        Text);

    public static SettingType<T> Integer<T>(Bounds<T> bounds, string of = "", string note = "")
        where T : struct, IBinaryInteger<T> => new(
            $"a whole number{of} from {bounds.Least} to {bounds.Greatest}{note}",
            (text, out value) => T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && bounds.Contains(value),
            Text);

    public static SettingType<long> Bytes(Bounds<long> bounds) => Integer(bounds, of: " of bytes");

    /// <summary>A whole number; null for <c>Auto</c>, in any case.</summary>
    public static SettingType<int?> AutoOrInteger(Bounds<int> bounds)
    {
        SettingType<int> integer = Integer(bounds);
        return new SettingType<int?>(
            $"{Auto}, or {integer.Allowed}",
            (text, out value) =>
            {
                bool isInteger = integer.TryRead(text, out int number);
                value = isInteger ? number : null;
                return isInteger || string.Equals(text, Auto, StringComparison.OrdinalIgnoreCase);
            },
            value => value is { } number ? integer.Write(number) : Auto);
    }

    /// <summary>A time in the forms of <see cref="SettingTime"/>.</summary>
    public static SettingType<TimeSpan> Time(Bounds<TimeSpan> bounds) => new(
        $"a time from {SettingTime.Write(bounds.Least)} to {SettingTime.Write(bounds.Greatest)}, "
            + $"or seconds from {Text(bounds.Least.TotalSeconds)} to {Text(bounds.Greatest.TotalSeconds)}",
        (text, out value) => SettingTime.TryRead(text, out value) && bounds.Contains(value),
        SettingTime.Write)
    {
        Form = SettingTime.Form,
    };

    /// <summary>Digits and a decimal point.</summary>
    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);

    private static bool TryAbsolutePath(string text, out string value)
    {
        value = text;
        return Path.IsPathRooted(text);
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
