using Agent.Text;

namespace Agent.Tests.Text;

public sealed class TerminalWindowTests
{
    private const string Home = "\u001b[H";
    private const string Clear = "\u001b[K";

    [Fact]
    public void Fit_ATextThatFits_ClearsEachLineAndWhatIsBelow() =>
        TerminalWindow.Fit("one\ntwo\n", rows: 3, columns: 10).ShouldBe($"{Home}{Clear}one\n{Clear}two\n\u001b[J");

    /// <summary>A line end in the last row would scroll.</summary>
    [Fact]
    public void Fit_ATextOfAllRows_EndsWithoutALineEnd() =>
        TerminalWindow.Fit("one\ntwo\n", rows: 2, columns: 10).ShouldBe($"{Home}{Clear}one\n{Clear}two");

    [Fact]
    public void Fit_ATextOfMoreRows_SaysHowManyAreLeftOut() =>
        TerminalWindow.Fit("1\n2\n3\n4\n", rows: 3, columns: 80).ShouldBe($"{Home}{Clear}1\n{Clear}2\n{Clear}2 more lines do not fit");

    [Theory]
    [InlineData(1, 12, "2 more lines")]
    [InlineData(1, 1, "2")]
    public void Fit_AWindowOfOneRow_HoldsThatAlone(int rows, int columns, string shown) =>
        TerminalWindow.Fit("1\n2\n", rows, columns).ShouldBe($"{Home}{Clear}{shown}");

    [Fact]
    public void Fit_ALongLine_IsCutAndItsColoursAreEnded() =>
        TerminalWindow.Fit("\u001b[1mheading\u001b[0m\u001b[2mfaint\u001b[0m", rows: 1, columns: 9)
            .ShouldBe($"{Home}{Clear}\u001b[1mheading\u001b[0m\u001b[2mfa\u001b[0m");
}
