namespace Agent.Configuration;

/// <summary>Times: <c>hh:mm:ss[.fff]</c> with hours under 24, <c>d.hh:mm:ss[.fff]</c>, or a number of seconds.</summary>
internal static class SettingTime
{
    /// <summary>More hours than any setting takes.</summary>
    private const int MaxHours = 9999;

    private const string WithFraction = @"hh\:mm\:ss\.FFFFFFF";
    private const string WithDays = @"d\.hh\:mm\:ss\.FFFFFFF";

    private static readonly string[] Formats = [@"hh\:mm\:ss", WithFraction, @"d\.hh\:mm\:ss", WithDays];

    public static bool TryRead(string text, out TimeSpan value)
    {
        if (TryClock(text, out value))
        {
            return true;
        }

        // Digits on both sides of a point: the platform also reads 5. and .5.
        double seconds = 0;
        bool isNumber = text.Length > 0 && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[^1]) && SettingTypes.TryNumber(text, out seconds);

        // A TimeSpan does not hold every number; what it does not hold is out of the bounds of every setting.
        value = seconds <= int.MaxValue ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        return isNumber;
    }

    public static string Write(TimeSpan value) =>
        value.ToString(value.Days == 0 ? WithFraction : WithDays, CultureInfo.InvariantCulture).TrimEnd('.');

    /// <summary>How a time is written, for a text that is not a time; and the same time where it only has too many hours.</summary>
    public static string Form(string text)
    {
        if (TryRead(text, out _))
        {
            return "";
        }

        const string Forms = " A time is hh:mm:ss with hours under 24, d.hh:mm:ss, or a number of seconds";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
            && hours <= MaxHours
            && TryClock("00" + text[colon..], out TimeSpan minutes)
            ? $"{Forms}: {text} is {(TimeSpan.FromHours(hours) + minutes).ToString(WithDays, CultureInfo.InvariantCulture).TrimEnd('.')}."
            : $"{Forms}.";
    }

    /// <summary>Exact forms only: <see cref="TimeSpan.TryParse(string, out TimeSpan)"/> reads 24:00:00 as 24 days and 5:00 as five hours.</summary>
    private static bool TryClock(string text, out TimeSpan value)
    {
        value = default;
        return !text.EndsWith('.')
            && TimeSpan.TryParseExact(text, Formats, CultureInfo.InvariantCulture, TimeSpanStyles.None, out value);
    }
}
