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
    [InlineData("a\u202egnp.exe\u2066", "a\\u202egnp.exe\\u2066")]
    [InlineData("a\u2028b", "a\\u2028b")]
    public void Of_TextOfTheSystem_HasNoControlCharacters(string text, string expected) => Printable.Of(text).ShouldBe(expected);

    [Fact]
    public void Of_MessageOfSeveralLines_KeepsOnlyThose() =>
        Printable.Of("one\ntwo\u001b", keepLines: true).ShouldBe("one\ntwo\\x1b");

    [Fact]
    public void Line_TextOfSeveralLines_IsOne() => Printable.Line("one of:\r\n\t'a'\n\t'b'\u001b").ShouldBe("one of: 'a' 'b'\\x1b");

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
