using Agent.Text;

namespace Agent.Tests.Text;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("pod team-a/web-0", "pod team-a/web-0")]
    [InlineData("größer", "größer")]
    [InlineData("a\u001b[31mb\u0007\u009b2J\u007f", "a?[31mb??2J?")]
    [InlineData("a\u202egnp.exe\u2066", "a?gnp.exe?")]
    [InlineData("a\u2028b", "a?b")]
    [InlineData("a\nb", "a?b")]
    public void Of_Text_HasNoCharacterThatATerminalObeys(string text, string printed) => Printable.Of(text).ShouldBe(printed);

    [Fact]
    public void Line_TextOfSeveralLines_IsOne() => Printable.Line("one of:\r\n\t'a'\n\t'b'\u001b").ShouldBe("one of: 'a' 'b'?");
}
