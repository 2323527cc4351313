using Agent.Configuration;

namespace Agent.Tests.Configuration;

public sealed class SettingParserTests
{
    [Theory]
    [InlineData("Auto", true, null)]
    [InlineData("auto", true, null)]
    [InlineData("1", true, 1)]
    [InlineData("1000", true, 1000)]
    [InlineData("0", false, -1)]
    [InlineData("1001", false, -1)]
    [InlineData("", false, -1)]
    [InlineData("1.5", false, -1)]
    [InlineData("never", false, -1)]
    public void TryAutoOrInteger_TakesAutoAndWholeNumbersWithinTheBounds(string text, bool expected, int? value)
    {
        int? applied = -1;
        SettingParser.TryAutoOrInteger(text, 1, 1000, number => applied = number).ShouldBe(expected);
        applied.ShouldBe(value);
    }

    [Theory]
    [InlineData("23:59:59", 86_399)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData("2.12:00:00.25", 216_000.25)]
    [InlineData("00:00:00.5", 0.5)]
    [InlineData("86400", 86_400)]
    [InlineData("0.5", 0.5)]
    public void TryTime_ATime_IsTaken(string text, double seconds)
    {
        TimeSpan? applied = null;
        SettingParser.TryTime(text, 0, 1e6, time => applied = time).ShouldBeTrue();
        applied.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>To TimeSpan.Parse, the first is 24 days and the second five hours.</summary>
    [Theory]
    [InlineData("24:00:00")]
    [InlineData("5:00")]
    [InlineData("05:00")]
    [InlineData("1:00:00")]
    [InlineData("00:60:00")]
    [InlineData("00:00:60")]
    [InlineData("1.24:00:00")]
    [InlineData("1:00:00:00")]
    [InlineData("00:00:01.")]
    [InlineData("00:00:00.12345678")]
    [InlineData("-00:00:01")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("5s")]
    [InlineData("1d")]
    [InlineData("")]
    public void TryTime_AnythingElse_IsRefused(string text)
    {
        TimeSpan? applied = null;
        SettingParser.TryTime(text, 0, 1e6, time => applied = time).ShouldBeFalse();
        applied.ShouldBeNull();
    }

    [Theory]
    [InlineData("24:00:00", ": 24:00:00 is 1.00:00:00.")]
    [InlineData("36:30:00.5", ": 36:30:00.5 is 1.12:30:00.5.")]
    [InlineData("1:00:00", ": 1:00:00 is 0.01:00:00.")]
    [InlineData("99999999:00:00", ".")]
    [InlineData("24:00", ".")]
    [InlineData("soon", ".")]
    public void TimeForm_NoTime_SaysHowItIsWritten(string text, string expected) => SettingParser.TimeForm(text)
        .ShouldBe(" A time is hh:mm:ss with hours under 24, d.hh:mm:ss, or a number of seconds" + expected);

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("999.00:00:00")]
    [InlineData("1e9", false)]
    [InlineData("1000000000")]
    public void TimeForm_ATimeOutOfItsBounds_IsSilent(string text, bool isTime = true) =>
        (SettingParser.TimeForm(text).Length == 0).ShouldBe(isTime);
}
