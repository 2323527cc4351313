using System.Globalization;
using System.Net;

namespace Agent.Configuration;

/// <summary>Texts to values, strictly: what is not allowed is not guessed at.</summary>
internal static class SettingParser
{
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

    /// <summary>Seconds as a number, or a time as <c>[d.]hh:mm:ss[.fff]</c>.</summary>
    public static bool TryTime(string text, double minSeconds, double maxSeconds, Action<TimeSpan> apply)
    {
        bool isTime = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds);
        if (!isTime && text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time))
        {
            isTime = true;
            seconds = time.TotalSeconds;
        }

        if (!isTime || !(seconds >= minSeconds && seconds <= maxSeconds))
        {
            return false;
        }

        apply(TimeSpan.FromSeconds(seconds));
        return true;
    }
}
