using Agent.Tests.Support;

namespace Agent.Tests.Processes;

public sealed class ConfigurationFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Run_ManyFaults_Exits2AndListsThemAllAtOnce()
    {
        string file = _folder.Write("agent.json", """
            { "Tcp": { "ProcRot": "/proc", "Namespaces": "Mine", "ReadTimeout": "24:00:00" }, "Logging": { "Format": true } }
            """);

        CommandResult result = await AgentProgram.RunAsync(
            ["run", "--config", file],
            [
                new("Tcp__ProcRoot", "proc"),
                new("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
                new("OTEL_METRIC_EXPORT_INTERVAL", "a minute"),
            ]);

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldBe(
        [
            "agent: the configuration has 7 faults; nothing was started.",
            $"  - {file}: Logging:Format: \"True\" is not allowed; it takes Text or Json.",
            $"  - {file}: Tcp:Namespaces: \"Mine\" is not allowed; it takes Own, Host or All.",
            $"  - {file}: Tcp:ProcRot: there is no such setting. Did you mean Tcp:ProcRoot?",
            $"  - {file}: Tcp:ReadTimeout: \"24:00:00\" is not allowed; it takes a time from 00:00:00.1 to 00:05:00, or seconds from 0.1 to 300."
                + " A time is hh:mm:ss with hours under 24, d.hh:mm:ss, or a number of seconds: 24:00:00 is 1.00:00:00.",
            "  - variable Tcp__ProcRoot: \"proc\" is not allowed; it takes an absolute path.",
            "  - variable OTEL_EXPORTER_OTLP_ENDPOINT: \"collector:4317\" is not allowed; it takes a URL that begins with http:// or https://, such as http://collector:4317.",
            "  - variable OTEL_METRIC_EXPORT_INTERVAL: \"a minute\" is not allowed; it takes a whole number of milliseconds from 100 to 86400000.",
        ]);
    }

    [Fact]
    public async Task Run_FileWithASyntaxError_NamesFileAndLine()
    {
        string file = _folder.Write("agent.json", "{\n  \"Tcp\": {\n    \"ProcRoot\" \"/proc\"\n  }\n}\n");

        CommandResult result = await AgentProgram.RunAsync(["--config", file]);

        result.ExitCode.ShouldBe(2);
        result.Error.Length.ShouldBe(2);
        result.Error[1].ShouldStartWith($"  - {file}, line 3, column 16: not valid JSON: ");
    }

    [Theory]
    [InlineData("--config", "FILE")]
    [InlineData("run", "--config", "FILE")]
    [InlineData("--config", "FILE", "run")]
    public async Task Run_MissingFile_IsNamed(params string[] arguments)
    {
        string file = _folder.File("nowhere.json");

        CommandResult result = await AgentProgram.RunAsync(
            arguments.Select(argument => string.Equals(argument, "FILE", StringComparison.Ordinal) ? file : argument));

        result.ExitCode.ShouldBe(2);
        result.ErrorText.ShouldContain($"  - {file}: there is no such configuration file.");
    }

    [Fact]
    public async Task Run_MissingFileOfTheVariable_IsNamed()
    {
        string file = _folder.File("nowhere.json");

        CommandResult result = await AgentProgram.RunAsync(["run"], [new("AGENT_CONFIG", file)]);

        result.ExitCode.ShouldBe(2);
        result.ErrorText.ShouldContain(file);
    }

    [Fact]
    public async Task Run_HeadersThatAreNoPairs_AreAFaultThatDoesNotShowThem()
    {
        CommandResult result = await AgentProgram.RunAsync(
            ["run"],
            [
                new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
                new("OTEL_EXPORTER_OTLP_HEADERS", "hunter2"),
            ]);

        result.ExitCode.ShouldBe(2);
        result.ErrorText.ShouldContain("variable OTEL_EXPORTER_OTLP_HEADERS: ");
        result.ErrorText.ShouldNotContain("hunter2");
    }

    /// <summary>Each made an agent that aborts, or sends nothing and calls itself ready; the doctor called it fine.</summary>
    [Theory]
    [InlineData("run", "Content-Type=hunter2")]
    [InlineData("run", "Content-Length=5,x=hunter2")]
    [InlineData("run", "x=hunter2%0Ay")]
    [InlineData("run", "x=hunter2-München")]
    [InlineData("doctor", "x=hunter2-München")]
    public async Task RunAndDoctor_AHeaderThatCannotBeSent_IsAFaultThatNamesIt(string command, string headers)
    {
        CommandResult result = await AgentProgram.RunAsync(
            [command],
            [
                new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
                new("OTEL_EXPORTER_OTLP_METRICS_HEADERS", headers),
            ]);

        result.ExitCode.ShouldBe(2);
        result.Error.Length.ShouldBe(2);
        result.Error[1].ShouldStartWith("  - variable OTEL_EXPORTER_OTLP_METRICS_HEADERS: member 1: the ");
        result.Error[1].ShouldContain(headers.Split('=')[0]);
        result.ErrorText.ShouldNotContain("hunter2");
    }

    /// <summary>The platform ends the process (SIGABRT) where it needs OpenSSL and finds none, the doctor's too.</summary>
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://127.0.0.1:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/hostname")]
    public async Task Run_TlsWithoutOpenSsl_IsAFaultThatTheDoctorNamesToo(string variable, string value)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to hide a library.");
        const string Hidden = "for f in $(ldconfig -p | sed -n 's|.* => \\(.*/libssl.so.*\\)|\\1|p'); do mount --bind /dev/null \"$f\" || exit 9; done; exec \"$0\" \"$@\"";
        string[] command = ["--mount", "--propagation", "private", "sh", "-c", Hidden, AgentProgram.File];
        Dictionary<string, string> environment = AgentProgram.Environment([new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"), new(variable, value)]);

        await using TestProcess run = TestProcess.Start("unshare", command, environment);
        (await run.WaitForExitAsync()).ShouldBe(2);
        run.Error.All[1].ShouldStartWith($"  - variable {variable}: TLS needs OpenSSL, which cannot be loaded: install ");

        await using TestProcess doctor = TestProcess.Start("unshare", [.. command, "doctor"], environment);
        (await doctor.WaitForExitAsync()).ShouldBe(2);
        doctor.Error.All[1].ShouldBe(run.Error.All[1]);
    }

    /// <summary>The program's file may have any name, also a command's.</summary>
    [Theory]
    [InlineData("snapshot")]
    [InlineData("run")]
    public async Task Run_FileNamedLikeACommand_TakesItsCommands(string name)
    {
        string link = _folder.File(name);
        File.CreateSymbolicLink(link, AgentProgram.File);

        await using TestProcess states = TestProcess.Start(link, ["states"], AgentProgram.Environment([]));

        (await states.WaitForExitAsync()).ShouldBe(0);
        states.Output.All.Length.ShouldBeGreaterThan(12);
    }

    public void Dispose() => _folder.Dispose();
}
