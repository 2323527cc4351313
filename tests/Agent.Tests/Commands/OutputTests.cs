using Agent.Tests.Processes;
using Agent.Tests.Support;
using Agent.Tests.Support.Otlp;

namespace Agent.Tests.Commands;

/// <summary>Commands whose standard streams are closed, full, or read by somebody who has enough.</summary>
[Collection(AloneCollection.Name)]
public sealed class OutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("states")]
    [InlineData("states --json")]
    [InlineData("snapshot")]
    [InlineData("snapshot --json")]
    [InlineData("snapshot --sockets --json")]
    [InlineData("snapshot --by process")]
    [InlineData("snapshot --by peer --json")]
    [InlineData("snapshot --watch 1")]
    [InlineData("decode tcp")]
    [InlineData("decode tcp --json")]
    [InlineData("doctor")]
    public async Task AnyCommand_OutputThatCannotBeWritten_Exits1WithOneLine(string arguments)
    {
        _folder.Write("tcp", Listings.Old);

        CommandResult full = await ShellAsync($"$AGENT {arguments} >/dev/full");
        CommandResult closed = await ShellAsync($"$AGENT {arguments} >&-");

        full.ExitCode.ShouldBe(1, full.ErrorText);
        full.Error.ShouldHaveSingleItem().ShouldBe("agent: cannot write standard output: No space left on device");
        closed.ExitCode.ShouldBe(1, closed.ErrorText);
        closed.Error.ShouldHaveSingleItem().ShouldBe("agent: cannot write standard output: Bad file descriptor");
    }

    [Theory]
    [InlineData("states", 0)]
    [InlineData("decode torn", 1)]
    [InlineData("decode nowhere", 2)]
    [InlineData("frobnicate", 2)]
    public async Task AnyCommand_ErrorOutputThatCannotBeWritten_KeepsItsExitCode(string arguments, int exitCode)
    {
        _folder.Write("torn", Listings.TornRow);

        (await ShellAsync($"$AGENT {arguments} 2>/dev/full")).ExitCode.ShouldBe(exitCode);
        (await ShellAsync($"$AGENT {arguments} 2>&-")).ExitCode.ShouldBe(exitCode);
        (await ShellAsync($"$AGENT {arguments} <&- 2>&-")).ExitCode.ShouldBe(exitCode);
    }

    [Theory]
    [InlineData("snapshot --watch 0.1")]
    [InlineData("snapshot --watch 0.1 --json")]
    [InlineData("snapshot --watch 0.1 --sockets")]
    public async Task Watch_ReaderThatHasEnough_EndsQuietly(string arguments)
    {
        CommandResult result = await ShellAsync($"($AGENT {arguments}; echo $? >code) | head -n 1");

        result.Output.Length.ShouldBe(1);
        result.Error.ShouldBeEmpty();
        (await File.ReadAllTextAsync(_folder.File("code"))).ShouldBe("141\n");
    }

    [Fact]
    public async Task Decode_ClosedStandardInput_Exits2()
    {
        CommandResult result = await ShellAsync("$AGENT decode <&-");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldHaveSingleItem().ShouldBe("agent: cannot read -: standard input is closed");
    }

    [Fact]
    public async Task States_AfterOtherOutputInTheSameFile_IsWrittenBehindIt()
    {
        CommandResult result = await ShellAsync("(echo before; $AGENT states; echo after) >file; cat file");

        result.Output[0].ShouldBe("before");
        result.Output[1].ShouldStartWith("ST ");
        result.Output[^1].ShouldBe("after");
    }

    [Theory]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    public async Task Run_TableThatCannotBePrinted_SaysSoAndExits1(string redirection)
    {
        CommandResult result = await ShellAsync($"$AGENT run {redirection}");

        result.ExitCode.ShouldBe(1);
        result.ErrorText.ShouldContain("Stopped: the last collection could not be printed.");
        result.ErrorText.ShouldNotContain("was printed");
        result.Error[^1].ShouldStartWith("agent: cannot write standard output: ");
    }

    [Fact]
    public async Task Run_ReaderOfTheTablesThatHasEnough_EndsQuietly()
    {
        CommandResult result = await ShellAsync("(OTEL_METRIC_EXPORT_INTERVAL=100 $AGENT run; echo $? >code) | head -n 1");

        result.Output.Length.ShouldBe(1);
        (await File.ReadAllTextAsync(_folder.File("code"))).ShouldBe("141\n");
        result.Error[^1].ShouldEndWith("Stopped: the last collection could not be printed.");
    }

    [Fact]
    public async Task Run_OtlpAndATableThatCannotBePrinted_ExportsOn()
    {
        await using OtlpReceiver receiver = await OtlpReceiver.StartAsync();
        await using TestProcess agent = Shell(
            "exec $AGENT run >/dev/full",
            [.. AgentRun.OverHttp(receiver), AgentRun.OverFixture, new("OTEL_METRICS_EXPORTER", "otlp,console"), new("OTEL_METRIC_EXPORT_INTERVAL", "200")]);

        await agent.Error.WaitForAsync("The table of this collection is lost: cannot write standard output: No space left on device.");
        await receiver.WaitForExportAsync();
        await agent.StopAsync();
        agent.Error.Containing("is lost").Length.ShouldBe(1, "a fault is told once");
    }

    public void Dispose() => _folder.Dispose();

    private TestProcess Shell(string script, params IEnumerable<KeyValuePair<string, string>> environment) => TestProcess.Start(
        "/bin/sh",
        ["-c", $"cd {_folder.Path} && {script}"],
        AgentProgram.Environment([new("AGENT", AgentProgram.File), .. environment]));

    private async Task<CommandResult> ShellAsync(string script)
    {
        await using TestProcess process = Shell(script);
        return await process.WaitForResultAsync();
    }
}
