using Agent.Tests.Support;

namespace Agent.Tests.Commands;

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
    public async Task Version_IsThatOfTheProgramWithItsCommit()
    {
        CommandResult result = await AgentProgram.RunAsync(["--version"]);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldHaveSingleItem().ShouldMatch(@"^\d+\.\d+\.\d+(\+[0-9a-f]{40}(-dirty)?)?$");
    }

    [Theory]
    [InlineData("frobnicate", "'frobnicate'")]
    [InlineData("snapshot --namespaces mine", "'mine'")]
    [InlineData("snapshot --proc-root=", "--proc-root")]
    [InlineData("snapshot --watch", "--watch")]
    [InlineData("snapshot --by", "--by")]
    [InlineData("snapshot --by owner", "--by takes port, peer, process or user, not \"owner\"")]
    [InlineData("snapshot --by Port", "not \"Port\"")]
    [InlineData("snapshot --state close_wait", "they need --by")]
    [InlineData("snapshot --limit 5", "they need --by")]
    [InlineData("snapshot --info", "it needs --by peer")]
    [InlineData("snapshot --by port --info", "it needs --by peer")]
    [InlineData("snapshot --by port --state close-wait", "such as close_wait,time_wait, not \"close-wait\"")]
    [InlineData("snapshot --by port --state established,", "not \"\"")]
    [InlineData("snapshot --by port --limit 0", "--limit takes a number of groups from 1 to 1000000, not \"0\"")]
    [InlineData("snapshot --by port --limit -1", "not \"-1\"")]
    [InlineData("snapshot --by port --limit 1e3", "not \"1e3\"")]
    [InlineData("snapshot --by port --sockets", "cannot be combined with --by")]
    [InlineData("decode --family ipv5", "'ipv5'")]
    [InlineData("decode a b", "'b'")]
    [InlineData("states --yaml", "'--yaml'")]
    [InlineData("run --config", "--config")]
    [InlineData("doctor --yaml", "'--yaml'")]
    [InlineData("doctor --pid", "--pid")]
    [InlineData("doctor --pid abc", "--pid takes a PID, such as 812")]
    [InlineData("doctor --pid 0", "systemctl shows 0 for a unit that is not running")]
    [InlineData("doctor --pid -1", "not \"-1\"")]
    [InlineData("doctor --pid 4294967297", "not \"4294967297\"")]
    [InlineData("doctor --pid 1 --config x", "cannot be combined with --config")]
    public async Task WrongUsage_Exits2AndSaysWhatIsWrong(string arguments, string named)
    {
        CommandResult result = await AgentProgram.RunAsync(arguments.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        string line = result.Error.ShouldHaveSingleItem();
        line.ShouldStartWith("agent: ");
        line.ShouldContain(named);
        line.ShouldEndWith(" See agent --help.");
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("Infinity")]
    [InlineData("NaN")]
    [InlineData("1e9")]
    [InlineData("0")]
    [InlineData("0.09")]
    [InlineData("86401")]
    [InlineData("-1")]
    [InlineData("1,5")]
    [InlineData("1,000")]
    [InlineData(" 1")]
    [InlineData("")]
    public async Task Watch_NoNumberInRange_Exits2AndSaysTheRange(string seconds)
    {
        CommandResult result = await AgentProgram.RunAsync(["snapshot", "--watch", seconds]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldHaveSingleItem().ShouldBe(
            $"agent: --watch takes a number of seconds from 0.1 to 86400, such as 2 or 0.5, not \"{seconds}\". See agent --help.");
    }

    [Fact]
    public async Task WrongUsage_WithControlCharacters_ReachesNoTerminal()
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", "a", "\u001b[31m\u009b2J"]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldHaveSingleItem().ShouldContain(@"'\x1b[31m\x9b2J'");
    }

    [Fact]
    public async Task Decode_AFileNamedLikeAResponseFile_IsAFile()
    {
        CommandResult result = await AgentProgram.RunAsync(["decode", "@nowhere"]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldHaveSingleItem().ShouldStartWith("agent: cannot read @nowhere: ");
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
