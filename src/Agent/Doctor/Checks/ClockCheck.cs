namespace Agent.Doctor.Checks;

/// <summary>Whether the clocks of this machine and of the collector agree: backends refuse samples too far in the future or past.</summary>
internal static class ClockCheck
{
    /// <summary>Far below what backends refuse (minutes), far above the second that HTTP dates are rounded to.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    public static Finding Judge(CollectorAnswer? answer)
    {
        if (answer?.Date is not { } date)
        {
            return Finding.Skipped("no collector's answer carries a date to compare with");
        }

        TimeSpan ahead = answer.Now - date;
        string found = $"this clock is {Math.Abs(ahead.TotalSeconds):0} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} the collector's (Date of its answer)";
        return ahead.Duration() <= Tolerance
            ? Finding.Ok(found)
            : Finding.Warning(found, new Fix(
                "Synchronize this machine's clock, or the collector's, by NTP (timedatectl, chronyc tracking): backends refuse samples whose time is too far off."));
    }
}
