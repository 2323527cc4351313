using Agent.Tests.Doctor;
using Agent.Tests.Processes;
using Agent.Tests.Support;

namespace Agent.Tests.Commands;

[Collection(AloneCollection.Name)]
public sealed class DoctorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Doctor_OnAHealthyMachine_Exits0AndHasEveryCheck()
    {
        DoctorRun run = await DoctorRun.StartAsync();

        run.Checks.ShouldAllBe(check => check.Status != "failed", run.Text);
        run.ExitCode.ShouldBe(0);
        run.Ok.ShouldBeTrue();
        run.Checks.Select(check => check.Id).ShouldBe(
        [
            "configuration", "proc-root", "proc-owner", "host-namespace", "processes", "namespaces", "pod-names", "snapshot",
            "reading-cost",
            "sources", "ipv6", "privileges", "open-files", "spool", "exporter", "collector", "clock",
        ]);
        run.Checks.ShouldAllBe(check => check.Found.Length > 0 && (check.Fix != null) == (check.Status == "warning"));
        run["sources"].Status.ShouldBe("ok");
        run["collector"].Status.ShouldBe("skipped");
    }

    [Fact]
    public async Task Doctor_AsText_IsALineACheckWithoutColour()
    {
        CommandResult result = await AgentProgram.RunAsync(["doctor"], [new("Tcp__ProcRoot", _folder.File("nowhere"))]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBeEmpty();
        result.Output.ShouldContain(line => line.StartsWith("failed   proc root        ", StringComparison.Ordinal));
        result.Output.ShouldContain(line => line.StartsWith("         → On Kubernetes: with hostPID: true", StringComparison.Ordinal));
        result.Output[^1].ShouldContain("1 failed");
        result.OutputText.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task Doctor_MissingProcRoot_FailsThatOnceAndSkipsWhatNeedsIt()
    {
        DoctorRun run = await DoctorRun.StartAsync(new KeyValuePair<string, string>("Tcp__ProcRoot", _folder.File("nowhere")));

        run.ExitCode.ShouldBe(1);
        run.Ok.ShouldBeFalse();
        run.Checks.Where(check => check.Status == "failed").ShouldHaveSingleItem().Id.ShouldBe("proc-root");
        run["proc-root"].Found.ShouldContain(_folder.File("nowhere"));
        run["proc-root"].Fix!.ShouldContain("Tcp__ProcRoot");
        run["host-namespace"].Status.ShouldBe("skipped");
        run["snapshot"].Status.ShouldBe("skipped");
    }

    [Fact]
    public async Task Doctor_ProcRootWithoutPidOne_FailsTheHostNamespace()
    {
        _folder.Write("4242/net/tcp", Listings.Old);

        DoctorRun run = await DoctorRun.StartAsync(new KeyValuePair<string, string>("Tcp__ProcRoot", _folder.Path));

        run.ExitCode.ShouldBe(1);
        run["proc-root"].Status.ShouldBe("warning");
        run["host-namespace"].Status.ShouldBe("failed");
        run["host-namespace"].Found.ShouldContain($"{_folder.Path}/1/net/tcp: PID 1 is not visible");
        run["snapshot"].Status.ShouldBe("failed");
    }

    [Fact]
    public async Task Doctor_OverTheFixture_OnlyWarns()
    {
        DoctorRun run = await DoctorRun.StartAsync(AgentRun.OverFixture);

        run.ExitCode.ShouldBe(0, run.Text);
        run["proc-root"].Status.ShouldBe("warning");
        run["snapshot"].Status.ShouldBe("warning");
        run["snapshot"].Found.ShouldContain($"{FixtureProcRoot.Series.Values.Sum()} sockets");
        run["namespaces"].Found.ShouldStartWith("1 found: 1 of the host");
    }

    /// <summary>The least budget does not hold for one reading that somebody waits for.</summary>
    [Fact]
    public async Task Doctor_ManyNamespacesAndTheLeastCpuBudget_ReadsThemAll()
    {
        _folder.Write("1/net/tcp", Listings.Old);
        for (int process = 0; process < 12; process++)
        {
            _folder.Write($"{4200 + process}/net/tcp", Listings.Old);
        }

        DoctorRun run = await DoctorRun.StartAsync(new("Tcp__ProcRoot", _folder.Path), new("Tcp__CpuBudget", "0.001"));

        run["snapshot"].Found.ShouldStartWith($"{13 * 8} sockets in 13 network namespace(s) (13 by procfs)");
    }

    [Fact]
    public async Task Doctor_WrongConfiguration_Exits2AndListsEveryFault()
    {
        string file = _folder.Write("agent.json", """{ "Tcp": { "ProcRot": "/proc" } }""");

        CommandResult result = await AgentProgram.RunAsync(
            ["doctor", "--config", file, "--json"], [new("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]);

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.ErrorText.ShouldContain("the configuration has 2 faults");
        result.ErrorText.ShouldContain("Did you mean Tcp:ProcRoot?");
        result.ErrorText.ShouldContain("variable OTEL_EXPORTER_OTLP_ENDPOINT: ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Doctor_WithAConfigurationFile_NamesAndUsesIt(bool byVariable)
    {
        string file = _folder.Write("agent.json", $$"""{ "Tcp": { "ProcRoot": "{{FixtureProcRoot.Path}}" } }""");

        DoctorRun run = DoctorRun.Parse(await AgentProgram.RunAsync(
            byVariable ? ["doctor", "--json"] : ["doctor", "--json", "--config", file],
            byVariable ? [new("AGENT_CONFIG", file)] : []));

        run["configuration"].Found.ShouldStartWith($"valid: file {file}, 0 variable(s) of the agent");
        run["proc-root"].Found.ShouldStartWith(FixtureProcRoot.Path);
    }

    public void Dispose() => _folder.Dispose();
}
