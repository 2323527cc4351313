using Agent.Tcp.Snapshots;
using Shouldly;
using Xunit;

namespace Agent.Tcp.Tests.Model;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("/proc/1/net/tcp", "/proc/1/net/tcp")]
    [InlineData("Grüße, 世界", "Grüße, 世界")]
    [InlineData("\u001b[2J", "\\x1b[2J")]
    [InlineData("a\r\nb\t\u007f\u009b\0", "a\\x0d\\x0ab\\x09\\x7f\\x9b\\x00")]
    public void Of_TextOfTheSystem_HasNoControlCharacters(string text, string expected) => Printable.Of(text).ShouldBe(expected);

    [Fact]
    public void Of_MessageOfSeveralLines_KeepsOnlyThose() =>
        Printable.Of("one\ntwo\u001b", keepLines: true).ShouldBe("one\ntwo\\x1b");

    [Fact]
    public void Of_PlainText_IsTheSameInstance()
    {
        string text = new('a', 3);
        Printable.Of(text).ShouldBeSameAs(text);
    }

    [Fact]
    public void ReadError_OfAPathWithControlCharacters_ShowsThem()
    {
        var error = new ReadError("/a\u001b", ReadFailure.Io, "/a\u001b: gone\n");

        (error.Path, error.Message).ShouldBe(("/a\\x1b", "/a\\x1b: gone\\x0a"));
    }
}
