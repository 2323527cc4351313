using Agent.Configuration;

namespace Agent.Tests.Configuration;

public sealed class SettingTypeTests
{
    private static readonly SettingType<TimeSpan> Times = SettingTypes.Time(new(TimeSpan.Zero, TimeSpan.FromSeconds(1e6)));

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
    public void AutoOrInteger_AText_TakesAutoAndWholeNumbersWithinTheBounds(string text, bool expected, int? value)
    {
        SettingTypes.AutoOrInteger(new(1, 1000)).TryRead(text, out int? read).ShouldBe(expected);
        if (expected)
        {
            read.ShouldBe(value);
        }
    }

    [Theory]
    [InlineData("23:59:59", 86_399)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData("2.12:00:00.25", 216_000.25)]
    [InlineData("00:00:00.5", 0.5)]
    [InlineData("86400", 86_400)]
    [InlineData("0.5", 0.5)]
    public void Time_ATime_IsTaken(string text, double seconds)
    {
        Times.TryRead(text, out TimeSpan time).ShouldBeTrue();
        time.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(0.5, "00:00:00.5")]
    [InlineData(10, "00:00:10")]
    [InlineData(86_399.25, "23:59:59.25")]
    [InlineData(259_200, "3.00:00:00")]
    public void Time_Written_IsReadAsTheSame(double seconds, string text)
    {
        Times.Write(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
        Times.TryRead(text, out TimeSpan time).ShouldBeTrue();
        time.ShouldBe(TimeSpan.FromSeconds(seconds));
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
    [InlineData("86400.")]
    [InlineData(".5")]
    [InlineData(".")]
    [InlineData(" 5 ")]
    [InlineData(" 00:00:05")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("5s")]
    [InlineData("1d")]
    [InlineData("")]
    [InlineData("1000000.1")]
    [InlineData("99999999999999999999999999")]
    public void Time_AnythingElse_IsRefused(string text) => Times.TryRead(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("24:00:00", ": 24:00:00 is 1.00:00:00.")]
    [InlineData("36:30:00.5", ": 36:30:00.5 is 1.12:30:00.5.")]
    [InlineData("1:00:00", ": 1:00:00 is 0.01:00:00.")]
    [InlineData("99999999:00:00", ".")]
    [InlineData("24:00", ".")]
    [InlineData("soon", ".")]
    [InlineData(".5", ".")]
    [InlineData(" 5 ", ".")]
    public void Form_NotATime_SaysHowATimeIsWritten(string text, string expected) => Times.Form(text)
        .ShouldBe(" A time is hh:mm:ss with hours under 24, d.hh:mm:ss, or a number of seconds" + expected);

    [Theory]
    [InlineData("00:00:00")]
    [InlineData("999.00:00:00")]
    [InlineData("1e9", false)]
    [InlineData("1000000000")]
    [InlineData("99999999999999999999999999")]
    public void Form_ATimeOutOfBounds_IsEmpty(string text, bool isTime = true) =>
        (Times.Form(text).Length == 0).ShouldBe(isTime);
}
