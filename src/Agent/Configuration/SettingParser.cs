using System.Globalization;
using System.Net;

namespace Agent.Configuration;

/// <summary>Texts to values, strictly: what is not allowed is not guessed at.</summary>
internal static class SettingParser
{
    /// <summary>More hours than any setting takes.</summary>
    private const int MaxHours = 9999;

    private static readonly string[] TimeFormats =
        [@"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss", @"d\.hh\:mm\:ss\.FFFFFFF"];

    public static bool TryAbsolutePath(string text, Action<string> apply)
    {
        if (!Path.IsPathRooted(text))
        {
            return false;
        }

        apply(text);
        return true;
    }

    /// <summary>An absolute path, or nothing.</summary>
    public static bool TryOptionalPath(string text, Action<string> apply) =>
        text.Length == 0 ? Apply("", apply) : TryAbsolutePath(text, apply);

    /// <summary>A name of the enumeration, in any case. Numbers are no names.</summary>
    public static bool TryEnum<T>(string text, Action<T> apply)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(Enum.GetName(value), text, StringComparison.OrdinalIgnoreCase))
            {
                apply(value);
                return true;
            }
        }

        return false;
    }

    /// <summary>What needs no parsing.</summary>
    public static bool Apply<T>(T value, Action<T> apply)
    {
        apply(value);
        return true;
    }

    public static bool TryNumber(string text, double least, double greatest, Action<double> apply) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
        && value >= least && value <= greatest
        && Apply(value, apply);

    public static bool TryInteger(string text, int least, int greatest, Action<int> apply) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        && value >= least && value <= greatest
        && Apply(value, apply);

    /// <summary>A whole number, or <c>Auto</c> in any case, which is null.</summary>
    public static bool TryAutoOrInteger(string text, int least, int greatest, Action<int?> apply) =>
        string.Equals(text, "Auto", StringComparison.OrdinalIgnoreCase)
            ? Apply(null, apply)
            : TryInteger(text, least, greatest, value => apply(value));

    public static bool TryLong(string text, long least, long greatest, Action<long> apply) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
        && value >= least && value <= greatest
        && Apply(value, apply);

    public static bool TryBoolean(string text, Action<bool> apply) =>
        bool.TryParse(text, out bool value) && Apply(value, apply);

    /// <summary>An IP address, IPv6 without brackets.</summary>
    public static bool TryAddress(string text, Action<IPAddress> apply) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && (text.Contains(':', StringComparison.Ordinal) || text.Count(character => character == '.') == 3)
        && Apply(address, apply);

    /// <summary>Seconds as a number, or a time as <c>hh:mm:ss[.fff]</c> with hours under 24, or <c>d.hh:mm:ss[.fff]</c>.</summary>
    public static bool TryTime(string text, double minSeconds, double maxSeconds, Action<TimeSpan> apply)
    {
        if (TryClockTime(text, out TimeSpan time))
        {
            return time.TotalSeconds >= minSeconds && time.TotalSeconds <= maxSeconds && Apply(time, apply);
        }

        return TryNumber(text, minSeconds, maxSeconds, seconds => apply(TimeSpan.FromSeconds(seconds)));
    }

    /// <summary>How a time is written, for a text that is none; and how that one would be, where it only has too many hours.</summary>
    public static string TimeForm(string text)
    {
        if (TryTime(text, 0, double.MaxValue, static _ => { }))
        {
            return "";
        }

        const string Form = " A time is hh:mm:ss with hours under 24, d.hh:mm:ss, or a number of seconds";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            && hours <= MaxHours
            && TryClockTime("00" + text[colon..], out TimeSpan minutes)
            ? $"{Form}: {text} is {(TimeSpan.FromHours(hours) + minutes).ToString(TimeFormats[^1], CultureInfo.InvariantCulture).TrimEnd('.')}."
            : $"{Form}.";
    }

    /// <summary>Exactly: to <see cref="TimeSpan.TryParse(string, out TimeSpan)"/>, 24:00:00 is 24 days, and 5:00 is five hours.</summary>
    private static bool TryClockTime(string text, out TimeSpan time)
    {
        time = default;
        return !text.EndsWith('.')
            && TimeSpan.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, TimeSpanStyles.None, out time);
    }
}
