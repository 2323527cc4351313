using Agent.Hosting;
using Agent.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Agent.Tests.Hosting;

public sealed class LoggingSetupTests
{
    [Theory]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "fail")]
    public void Write_AnEvent_IsOneLineAsTheFrameworkWritesIt(LogLevel level, string word) =>
        Format(level, "something happened").ShouldBe($"2026-01-01T00:00:00.000Z {word}: Some.Category[7] something happened\n");

    [Fact]
    public void Write_ControlCharactersAndLines_AreShownAndStayOnTheLine() =>
        Format(LogLevel.Information, "/a\u001b[2J\nforged").ShouldEndWith("[7] /a\\x1b[2J forged\n");

    [Fact]
    public void Write_AnException_FollowsOnTheSameLine()
    {
        string text = Format(LogLevel.Error, "it failed", new IOException("gone\u0007"));

        text.ShouldContain("it failed System.IO.IOException: gone\\x07");
        text.Count(character => character == '\n').ShouldBe(1);
    }

    private static string Format(LogLevel level, string message, Exception? exception = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new ConsoleLineFormatter(new ManualTime()).Write(
            new LogEntry<string>(level, "Some.Category", new EventId(7), message, exception, (state, _) => state), null, output);
        return output.ToString();
    }
}
