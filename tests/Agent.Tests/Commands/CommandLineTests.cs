using Agent.Tests.Processes;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

[Collection(ProcessTests.Name)]
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_NamesEveryCommand()
    {
        CommandResult result = await AgentProgram.RunAsync(["--help"]);

        result.ExitCode.ShouldBe(0);
        foreach (string command in new[] { "run", "snapshot", "decode", "states", "doctor", "--config", "--version" })
        {
            result.OutputText.ShouldContain(command);
        }
    }

    [Fact]
    public async Task Version_IsThatOfTheProgram()
    {
        CommandResult result = await AgentProgram.RunAsync(["--version"]);

        result.ExitCode.ShouldBe(0);
        Version.TryParse(result.Output.ShouldHaveSingleItem(), out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("frobnicate", "'frobnicate'")]
    [InlineData("snapshot --namespaces mine", "'mine'")]
    [InlineData("snapshot --proc-root=", "--proc-root")]
    [InlineData("decode --family ipv5", "'ipv5'")]
    [InlineData("decode a b", "'b'")]
    [InlineData("states --yaml", "'--yaml'")]
    [InlineData("run --config", "--config")]
    [InlineData("doctor --yaml", "'--yaml'")]
    public async Task WrongUsage_Exits2AndSaysWhatIsWrong(string arguments, string named)
    {
        CommandResult result = await AgentProgram.RunAsync(arguments.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Error[0].ShouldStartWith("agent: ");
        result.Error[0].ShouldContain(named);
        result.Error[^1].ShouldBe("See agent --help.");
    }

    [Theory]
    [InlineData(null, "xterm", true)]
    [InlineData("", "xterm", true)]
    [InlineData("1", "xterm", false)]
    [InlineData(null, "dumb", false)]
    public async Task Colour_OnATerminal_IsThereUnlessRefused(string? noColor, string terminal, bool coloured)
    {
        const string Script = "/usr/bin/script";
        Assert.SkipUnless(File.Exists(Script), $"{Script} is not there (Debian package bsdutils): no terminal to run in.");
        Dictionary<string, string> environment = AgentProgram.Environment([new("TERM", terminal)]);
        if (noColor is not null)
        {
            environment["NO_COLOR"] = noColor;
        }

        await using TestProcess process = TestProcess.Start(
            Script, ["--quiet", "--return", "--command", $"{AgentProgram.File} states", "/dev/null"], environment);
        int code = await process.WaitForExitAsync();

        code.ShouldBe(0, process.Error.Text);
        process.Output.Text.ShouldContain("TCP_ESTABLISHED");
        process.Output.Text.Contains("\u001b[1mST ", StringComparison.Ordinal).ShouldBe(coloured);
    }
}
