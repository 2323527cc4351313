using System.Runtime.Versioning;
using Agent.Tests.Processes;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor;

/// <summary>The real program where processes are hidden from it: hidepid, and PID namespaces.</summary>
[SupportedOSPlatform("linux")]
[Collection(ProcessTests.Name)]
public sealed class DoctorVisibilityTests : IDisposable
{
    private const string Shell = "/bin/sh";
    /// <summary>The arguments of setpriv.</summary>
    private static readonly string[] AsAnOrdinaryUser =
        ["--reuid", "65532", "--regid", "65532", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];

    private readonly TemporaryFolder _folder = new();

    public DoctorVisibilityTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to mount a procfs and to become another user.");
        foreach (string tool in new[] { "/usr/bin/unshare", "/usr/bin/setpriv", "/usr/bin/mount" })
        {
            Assert.SkipUnless(File.Exists(tool), $"Needs {tool} (Debian packages util-linux and mount).");
        }

        File.SetUnixFileMode(_folder.Path, AgentProgram.ForAll);
    }

    [Theory]
    [InlineData("hidepid=2", "hidepid=invisible", "remount,gid=N")]
    [InlineData("hidepid=2,gid=65533", "hidepid=invisible,gid=65533", "supplementalGroups: [65533]")]
    public async Task Doctor_HidePid2AsAnOrdinaryUser_FailsAndNamesTheOption(string option, string shown, string fix)
    {
        DoctorRun run = await RunBehindAsync(option, "--clear-groups");

        run.ExitCode.ShouldBe(1, run.Text);
        run["processes"].Status.ShouldBe("failed");
        run["processes"].Found.ShouldContain($"the procfs is mounted with {shown}");
        run["processes"].Fix!.ShouldContain(fix);
        run["host-namespace"].Status.ShouldBe("failed");
        run["privileges"].Found.ShouldStartWith("uid 65532, gid 65532; no capabilities");
    }

    [Fact]
    public async Task Doctor_HidePid1AsAnOrdinaryUser_CountsTheRefused()
    {
        DoctorRun run = await RunBehindAsync("hidepid=1", "--clear-groups");

        run.ExitCode.ShouldBe(1, run.Text);
        run["processes"].Status.ShouldBe("failed");
        run["processes"].Found.ShouldNotContain(" 0 of them refused");
        run["processes"].Found.ShouldContain("of them refused; the procfs is mounted with hidepid=noaccess");
        run["host-namespace"].Found.ShouldContain("permission denied");
    }

    [Fact]
    public async Task Doctor_HidePid2WithItsGroup_SeesEverything()
    {
        DoctorRun run = await RunBehindAsync("hidepid=2,gid=65533", "--groups 65533");

        run["processes"].Status.ShouldBe("ok", run.Text);
        run["processes"].Found.ShouldContain("none refused; the procfs is mounted with hidepid=invisible,gid=65533");
        run["host-namespace"].Status.ShouldBe("ok");
        run.ExitCode.ShouldBe(0, run.Text);
    }

    [Theory]
    [InlineData(false, 0, "warning")]
    [InlineData(true, 1, "failed")]
    public async Task Doctor_InAPidNamespaceOfItsOwn_SaysThatOnlyTheContainerIsSeen(bool onKubernetes, int exitCode, string expected)
    {
        DoctorRun run = await RunAsync(
            $"exec unshare --pid --fork --mount-proc '{AgentProgram.File}' doctor --json",
            onKubernetes ? [new("KUBERNETES_SERVICE_HOST", "10.0.0.1")] : []);

        run.ExitCode.ShouldBe(exitCode, run.Text);
        run["proc-owner"].Status.ShouldBe(expected);
        run["proc-owner"].Fix!.ShouldContain("hostPID: true");
        run["processes"].Status.ShouldBe("ok");
        run["processes"].Found.ShouldMatch("^[0-9]+ processes seen, none refused$");
    }

    [Fact]
    public async Task Doctor_InAPidNamespaceWithTheHostsProcMounted_SeesTheHosts()
    {
        string mount = Mount();

        // Mounted before the namespace is made: the procfs goes on to be the outer one's.
        DoctorRun run = await RunAsync(
            $"mount -t proc proc '{mount}' && exec unshare --pid --fork --mount-proc '{AgentProgram.File}' doctor --json",
            [new("Tcp__ProcRoot", mount), new("KUBERNETES_SERVICE_HOST", "10.0.0.1")]);

        run["proc-owner"].Status.ShouldBe("ok", run.Text);
        run["proc-owner"].Found.ShouldContain("(1 further out)");
        run["host-namespace"].Status.ShouldBe("ok");
    }

    /// <summary>PID 1 is this user's own and is seen; root's process beside it is refused.</summary>
    [Fact]
    public async Task Snapshot_ProcessRefusedBesideAVisiblePid1_SaysHowManyAndExits1()
    {
        string root = $"--proc-root '{Mount()}'";
        CommandResult text = await RunAsPid1Async("hidepid=1", $"snapshot {root}");
        CommandResult json = await RunAsPid1Async("hidepid=1", $"snapshot {root} --json");

        text.ExitCode.ShouldBe(1, text.ErrorText);
        text.Error.ShouldHaveSingleItem().ShouldContain("1 of 2 processes may not be read");
        text.OutputText.ShouldStartWith("Network namespace: host");
        json.ExitCode.ShouldBe(1);
        json.OutputText.ShouldContain("1 of 2 processes may not be read");
    }

    [Fact]
    public async Task Run_ProcessRefusedBesideAVisiblePid1_CountsItAndLogsItOnce()
    {
        CommandResult result = await RunAsPid1Async(
            "hidepid=1", "run", "timeout --preserve-status 3", new KeyValuePair<string, string>("OTEL_METRIC_EXPORT_INTERVAL", "500"));

        result.OutputText.ShouldMatch(@"permission_denied +1\n");
        result.Error.Where(line => line.Contains("1 of ", StringComparison.Ordinal) && line.Contains("may not be read", StringComparison.Ordinal))
            .ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Doctor_HidePid2ButPid1Visible_StillSaysThatProcessesAreHidden()
    {
        DoctorRun run = DoctorRun.Parse(await RunAsPid1Async("hidepid=2", "doctor --json"));

        run["host-namespace"].Status.ShouldBe("ok", run.Text);
        run["processes"].Status.ShouldBe("failed");
        run["processes"].Found.ShouldContain("the procfs is mounted with hidepid=invisible");
        run.ExitCode.ShouldBe(1);
    }

    /// <summary>A process without capabilities that sees several namespaces, as the image runs: nothing is wrong, and no line sounds so.</summary>
    [Fact]
    public async Task Run_WithoutCapabilitiesBesideOtherNamespaces_LogsNoErrorsWords()
    {
        await using TestProcess other = TestProcess.Start(
            "/usr/bin/unshare",
            ["--net", AgentProgram.File],
            AgentProgram.Environment([new("OTEL_METRICS_EXPORTER", "none"), new("Health__Port", "9964")]));
        await other.Error.WaitForAsync("Nothing is collected");
        await using TestProcess process = TestProcess.Start(
            "/usr/bin/setpriv",
            [.. AsAnOrdinaryUser, AgentProgram.CopyTo(_folder)],
            AgentProgram.Environment([new("Tcp__CpuBudget", "1"), new("OTEL_METRIC_EXPORT_INTERVAL", "1000")]));
        await process.Error.WaitForAsync("procfs reads other network namespaces");
        process.Terminate();
        await process.WaitForExitAsync();

        process.Error.Text.ShouldNotContain("denied", Case.Insensitive);
        process.Error.Text.ShouldNotContain("not permitted", Case.Insensitive);
        process.Error.All.ShouldAllBe(line => line.Contains("Z info: ", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Runs as uid 65532 and as PID 1 of a PID namespace, whose procfs is mounted with an option. Beside it is a process of
    /// root's.
    /// </summary>
    private async Task<CommandResult> RunAsPid1Async(
        string option, string command, string under = "", params KeyValuePair<string, string>[] environment)
    {
        string mount = Mount();
        string agent = AgentProgram.CopyTo(_folder);
        string script = $"mount -t proc -o {option} proc '{mount}' && {{ sleep 1000 >/dev/null 2>&1 & "
            + $"exec setpriv {string.Join(' ', AsAnOrdinaryUser)} {under} '{agent}' {command}; }}";
        await using TestProcess process = TestProcess.Start(
            "/usr/bin/unshare",
            ["--mount", "--pid", "--fork", Shell, "-c", script],
            AgentProgram.Environment([new("Tcp__ProcRoot", mount), .. environment]));
        int code = await process.WaitForExitAsync();
        return new CommandResult(code, process.Output.All, process.Error.All);
    }

    /// <summary>Runs as uid 65532 without capabilities, over a procfs that is mounted in a namespace of the run's own.</summary>
    private Task<DoctorRun> RunBehindAsync(string option, string groups)
    {
        string mount = Mount();
        string agent = AgentProgram.CopyTo(_folder);
        return RunAsync(
            $"mount -t proc -o {option} proc '{mount}' && exec setpriv --reuid 65532 --regid 65532 {groups} "
                + $"--inh-caps=-all --bounding-set=-all --no-new-privs '{agent}' doctor --json",
            [new("Tcp__ProcRoot", mount)]);
    }

    private static async Task<DoctorRun> RunAsync(string script, KeyValuePair<string, string>[] environment)
    {
        await using TestProcess process = TestProcess.Start(
            "/usr/bin/unshare", ["--mount", Shell, "-c", script], AgentProgram.Environment(environment));
        int code = await process.WaitForExitAsync();
        return DoctorRun.Parse(new CommandResult(code, process.Output.All, process.Error.All));
    }

    private string Mount() => Directory.CreateDirectory(_folder.File("proc"), AgentProgram.ForAll).FullName;
}
