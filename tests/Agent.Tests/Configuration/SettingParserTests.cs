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
}
