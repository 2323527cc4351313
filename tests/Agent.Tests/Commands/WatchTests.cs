using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

/// <summary><c>snapshot --watch</c> on a pseudo-terminal, as <c>script</c>(1) makes it.</summary>
public sealed partial class WatchTests : IDisposable
{
    private const string Home = "\u001b[H";
    private const string Shell = "/usr/bin/script";

    private readonly TemporaryFolder _folder = new();

    public WatchTests() => _folder.Write("1/net/tcp", Listings.Many(2_000));

    [Theory]
    [InlineData(10, 30, "")]
    [InlineData(24, 80, "--sockets")]
    [InlineData(200, 20, "--sockets")]
    [InlineData(3, 5, "")]
    public async Task Watch_OnATerminal_FitsItsWindow(int rows, int columns, string options)
    {
        await using TestProcess process = Start($"stty rows {rows} cols {columns}; exec {Watch(0.1)} {options}", "xterm");
        await Frame(process, 3);
        process.Interrupt();

        string[] frames = Frames(process.Output.Text)[..^1];
        frames.Length.ShouldBeGreaterThan(1);
        foreach (string frame in frames)
        {
            string[] lines = Plain(frame).TrimEnd('\n').Split('\n');
            lines.Length.ShouldBeLessThanOrEqualTo(rows);
            lines.ShouldAllBe(line => line.Length <= columns);
            if (rows < 15)
            {
                Plain(frame).Count(character => character == '\n').ShouldBe(rows - 1, "a line end in the last row would scroll");
            }
        }

        if (rows == 24)
        {
            Plain(frames[0]).ShouldContain("  2000   2000\n");
            Plain(frames[0]).ShouldContain("127.0.0.1:8080");
            Plain(frames[0]).ShouldContain("more lines do not fit");
        }
    }

    [Fact]
    public async Task Watch_AWindowThatChanges_IsFilledAnewAtOnce()
    {
        await using TestProcess process = Start($"stty rows 8 cols 60; tty; exec {Watch(3600)}", "xterm");
        string terminal = (await process.Output.WaitForAsync("/dev/pts/")).Trim();
        await process.Output.WaitForAsync("STATE");

        await using TestProcess stty = TestProcess.Start("/usr/bin/stty", ["-F", terminal, "rows", "5", "cols", "22"], AgentProgram.Environment([]));
        (await stty.WaitForExitAsync()).ShouldBe(0, stty.Error.Text);
        await Repeated(process, "STATE", 2);
        process.Interrupt();
        await process.WaitForExitAsync();

        string[] frames = Frames(process.Output.Text);
        Plain(frames[0]).Split('\n')[7].ShouldBe("7 more lines do not fit");
        Plain(frames[^1]).Split('\n')[4].ShouldBe("10 more lines do not f");
    }

    [Theory]
    [InlineData("dumb")]
    [InlineData("")]
    public async Task Watch_OnATerminalThatKnowsNoEscapes_WritesNone(string terminal)
    {
        await using TestProcess process = Start($"exec {Watch(0.1)}", terminal);
        await Repeated(process, "total ", 3);

        process.Output.Text.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Watch_NotOnATerminal_WritesNoEscapes()
    {
        await using TestProcess process = AgentProgram.Start(
            ["snapshot", "--proc-root", _folder.Path, "--watch", "0.1"], [new("TERM", "xterm")]);
        await Repeated(process, "total ", 3);

        process.Output.Text.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Watch_WithErrors_ShowsThemInTheFrame()
    {
        _folder.Write("1/net/tcp6", "");
        await using TestProcess process = Start($"stty rows 24 cols 200; exec {Watch(0.1)}", "xterm");
        await Frame(process, 2);

        string[] lines = Plain(Frames(process.Output.Text)[0]).Split('\n');
        lines[1].ShouldStartWith($"{_folder.Path}/1/net/tcp6: not a table of tcp: ");
        lines[2].ShouldStartWith("STATE ");
    }

    public void Dispose() => _folder.Dispose();

    private static TestProcess Start(string command, string terminal)
    {
        Assert.SkipUnless(File.Exists(Shell), $"{Shell} is not there (Debian package bsdutils): no terminal to run in.");
        return TestProcess.Start(
            Shell, ["--quiet", "--return", "--command", command, "/dev/null"], AgentProgram.Environment([new("TERM", terminal)]));
    }

    private static Task Frame(TestProcess process, int number) => Repeated(process, Home, number);

    /// <summary>Waits until it stands there so many times: what comes before the last is whole.</summary>
    private static Task Repeated(TestProcess process, string text, int times) =>
        Deadline.UntilAsync(() => process.Output.Text.Split(text).Length > times);

    private static string[] Frames(string output) => output.Replace("\r", "", StringComparison.Ordinal).Split(Home)[1..];

    private static string Plain(string frame) => Escapes().Replace(frame, "");

    private string Watch(double seconds) => string.Create(
        CultureInfo.InvariantCulture, $"{AgentProgram.File} snapshot --proc-root {_folder.Path} --watch {seconds}");

    [GeneratedRegex("\u001b\\[[0-9;]*[A-Za-z]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escapes();
}
