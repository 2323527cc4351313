using System.Globalization;
using System.Runtime.Versioning;
using Agent.Tests.Support;

namespace Agent.Tests.Doctor.Running;

/// <summary><c>agent doctor --pid</c> against real agents that are other than the doctor that examines them.</summary>
[SupportedOSPlatform("linux")]
[Collection(AloneCollection.Name)]
public sealed class DoctorPidTests : IDisposable
{
    private const string Shell = "/bin/sh";
    private const string Started = "Nothing is collected";

    private const string AsUser = "setpriv --reuid 65532 --regid 65532 --inh-caps=-all --bounding-set=-all --no-new-privs";

    private static readonly KeyValuePair<string, string> Idle = new("OTEL_METRICS_EXPORTER", "none");

    private readonly TemporaryFolder _folder = new();
    private readonly string _agent;

    public DoctorPidTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to start agents as other users.");
        foreach (string tool in new[] { "/usr/bin/unshare", "/usr/bin/setpriv", "/usr/bin/mount" })
        {
            Assert.SkipUnless(File.Exists(tool), $"Needs {tool} (Debian packages util-linux and mount).");
        }

        File.SetUnixFileMode(_folder.Path, AgentProgram.ForAll);
        _agent = AgentProgram.CopyTo(_folder);
    }

    [Fact]
    public async Task Doctor_OfAnotherUsersAgent_SeesWhatThatSeesWithItsSettings()
    {
        const UnixFileMode ForRoot = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string spool = Directory.CreateDirectory(_folder.File("spool"), ForRoot).FullName;
        string logs = Directory.CreateDirectory(_folder.File("pods"), ForRoot).FullName;
        await using TestProcess agent = await StartAsync(
            $"exec {AsUser} --groups 7,9 '{_agent}' run",
            new("Export__Spool__Path", spool), new("Tcp__PodLogs", logs), new("Tcp__ContainerLogs", ""));
        string ownTemporary = Directory.CreateDirectory(_folder.File("tmp")).FullName;

        // What is set here only is not the agent's.
        DoctorRun run = await ExamineAsync(
            agent.Id, new("Tcp__ProcRoot", "/nowhere"), new("OTEL_EXPORTER_OTLP_ENDPOINT", "wrong"), new("TMPDIR", ownTemporary));
        DoctorRun own = await DoctorRun.StartAsync(new("Tcp__PodLogs", logs), new("Tcp__ContainerLogs", ""));

        run.ExitCode.ShouldBe(1, run.Text);
        run.Pid.ShouldBe(agent.Id);
        run.Checks[0].ShouldBe(new("agent", "ok", $"PID {agent.Id} ({_agent} run), examined with its environment, namespaces, user, groups and capabilities", null));
        run["configuration"].Found.ShouldBe("valid: no file (built-in defaults), 3 variable(s) of the agent, 1 of OpenTelemetry (OTEL_*)");
        run["privileges"].Found.ShouldStartWith("uid 65532, gid 65532, groups 7 9; no capabilities (none is needed)");
        run["privileges"].Found.ShouldContain("no new privileges");
        run["spool"].Status.ShouldBe("failed");
        run["spool"].Found.ShouldContain($"{spool} cannot be used");
        run["pod-names"].Found.ShouldContain($"{logs} cannot be listed: permission denied");
        run["snapshot"].Status.ShouldBe("ok");
        own.Pid.ShouldBeNull();
        own["spool"].Status.ShouldBe("skipped");
        own["pod-names"].Found.ShouldNotContain("denied");

        // The starting doctor, which goes on as root, removes what the runtime leaves while it runs.
        Directory.EnumerateFileSystemEntries(ownTemporary).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(spool).ShouldBeEmpty();
    }

    /// <summary>As with systemd's PrivateTmp= and LoadCredential=: the file is nowhere else.</summary>
    [Fact]
    public async Task Doctor_OfAnAgentWithAMountNamespaceOfItsOwn_ReadsTheFileThatIsThereOnly()
    {
        string mount = Directory.CreateDirectory(_folder.File("own")).FullName;
        await using TestProcess agent = await StartAsync(
            $"exec unshare --mount {Shell} -c \"mount -t tmpfs own '{mount}' && cd '{mount}' && echo '{{}}' > agent.json && exec {AsUser} --clear-groups '{_agent}' run --config agent.json\"");

        DoctorRun run = await ExamineAsync(agent.Id);

        run["agent"].Status.ShouldBe("ok", run.Text);
        run["configuration"].Found.ShouldStartWith("valid: file agent.json, ");
        run.ExitCode.ShouldBe(0, run.Text);
        Directory.EnumerateFileSystemEntries(mount).ShouldBeEmpty();
    }

    /// <summary>As in a container that has neither the host's processes nor its network.</summary>
    [Fact]
    public async Task Doctor_OfAnAgentInNamespacesOfItsOwn_SeesOnlyThose()
    {
        await using TestProcess agent = await StartAsync(
            $"exec unshare --mount --pid --net --cgroup --fork --kill-child --mount-proc {AsUser} --clear-groups '{_agent}'");
        int pid = await ChildAsync(agent.Id);

        DoctorRun run = await ExamineAsync(pid);

        run.Pid.ShouldBe(pid);
        run["agent"].Status.ShouldBe("ok", run.Text);
        run["proc-owner"].Found.ShouldStartWith("only this container's");
        run["processes"].Found.ShouldStartWith("2 processes seen");
        run["snapshot"].Found.ShouldStartWith("0 sockets in 1 network namespace(s)");
    }

    /// <summary>The process has one number for itself and another in the procfs that it sees.</summary>
    [Fact]
    public async Task Doctor_OfAnAgentInAPidNamespaceWithTheOuterProcfs_FindsItThere()
    {
        await using TestProcess agent = await StartAsync($"exec unshare --pid --fork --kill-child {AsUser} --clear-groups '{_agent}'");

        DoctorRun run = await ExamineAsync(await ChildAsync(agent.Id));

        run["agent"].Status.ShouldBe("ok", run.Text);
        run["proc-owner"].Found.ShouldContain("(1 further out)");
        run["privileges"].Found.ShouldStartWith("uid 65532");
    }

    [Theory]
    [InlineData("--reuid 65532 --regid 65532 --clear-groups --inh-caps=-all,+sys_admin,+sys_ptrace --ambient-caps=-all,+sys_admin,+sys_ptrace --bounding-set=-all,+sys_admin,+sys_ptrace", "uid 65532")]
    [InlineData("--clear-groups --inh-caps=-all --bounding-set=-all,+sys_admin,+sys_ptrace", "uid 0")]
    public async Task Doctor_OfAnAgentWithCapabilities_HasThoseAndNoOthers(string options, string user)
    {
        await using TestProcess agent = await StartAsync($"exec setpriv {options} '{_agent}' run");

        DoctorRun run = await ExamineAsync(agent.Id);

        run["agent"].Status.ShouldBe("ok", run.Text);
        run["privileges"].Found.ShouldStartWith($"{user}, gid ");
        run["privileges"].Found.ShouldContain("; CAP_SYS_PTRACE, CAP_SYS_ADMIN; ");
    }

    /// <summary>As by kubectl exec: the same user, without any privilege to become another.</summary>
    [Fact]
    public async Task Doctor_AsTheAgentsUserWithoutPrivileges_TakesTheEnvironment()
    {
        await using TestProcess agent = await StartAsync($"exec {AsUser} --clear-groups '{_agent}' run", new KeyValuePair<string, string>("Tcp__CpuBudget", "0.5"));

        DoctorRun run = DoctorRun.Parse(await UnprivilegedAsync(agent.Id, "--json"));

        run["agent"].Status.ShouldBe("ok", run.Text);
        run["configuration"].Found.ShouldContain(" 1 variable(s) of the agent");
        run.ExitCode.ShouldBe(0, run.Text);
    }

    [Fact]
    public async Task Doctor_MayNotEnterTheAgentsNamespaces_WarnsBeforeAllElse()
    {
        string mount = Directory.CreateDirectory(_folder.File("own")).FullName;
        await using TestProcess agent = await StartAsync(
            $"exec unshare --mount {Shell} -c \"mount -t tmpfs own '{mount}' && echo '{{}}' > '{mount}/agent.json' && exec {AsUser} --groups 7 '{_agent}' run --config '{mount}/agent.json'\"");

        CommandResult missing = await UnprivilegedAsync(agent.Id);
        _folder.Write("own/agent.json", "{}");
        DoctorRun run = DoctorRun.Parse(await UnprivilegedAsync(agent.Id, "--json"));

        missing.ExitCode.ShouldBe(2);
        missing.Output.ShouldBeEmpty();
        missing.Error[0].ShouldContain("because these differ: mount namespace, supplementary groups (none instead of 7)");
        missing.ErrorText.ShouldContain("there is no such configuration file");
        run.Checks[0].Id.ShouldBe("agent");
        run.Checks[0].Status.ShouldBe("warning");
        run.Checks[0].Found.ShouldContain("mount namespace, supplementary groups (none instead of 7)");
        run.Checks[0].Fix!.ShouldContain("sudo");
    }

    [Fact]
    public async Task Doctor_MayNotEnterTheAgentsPidNamespace_ExaminesItFromOutside()
    {
        await using TestProcess agent = await StartAsync(
            $"exec unshare --mount --pid --fork --kill-child --mount-proc {AsUser} --clear-groups '{_agent}'");

        DoctorRun run = DoctorRun.Parse(await UnprivilegedAsync(await ChildAsync(agent.Id), "--json"));

        run["agent"].Status.ShouldBe("warning");
        run["agent"].Found.ShouldContain("because these differ: mount namespace, PID namespace");
        run["privileges"].Found.ShouldStartWith("uid 65532");
    }

    [Fact]
    public async Task Doctor_OfAnotherUsersAgentWithoutPrivileges_SaysToUseRoot()
    {
        await using TestProcess agent = await StartAsync($"exec setpriv --reuid 65531 --regid 65532 --clear-groups '{_agent}' run");

        CommandResult result = await UnprivilegedAsync(agent.Id);

        ShouldBeRefused(result, $"/proc/{agent.Id}/environ: permission denied. Run agent doctor as root (sudo), or as the agent's user (uid 65531)");
    }

    [Fact]
    public async Task Doctor_WhereTheAgentsUserMayNotRunIt_SaysSo()
    {
        await using TestProcess agent = await StartAsync($"exec {AsUser} --clear-groups '{_agent}' run");
        File.SetUnixFileMode(_agent, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        CommandResult result = await RunAsync(_agent, ["doctor", "--pid", Text(agent.Id)], []);

        ShouldBeRefused(result, "cannot be run as the agent's user (uid 65532): Permission denied. Install it");
    }

    [Fact]
    public async Task Doctor_OfNoProcess_SaysSo() =>
        ShouldBeRefused(await AgentProgram.RunAsync(["doctor", "--pid", Text(int.MaxValue)]), "--pid 2147483647: there is no such process");

    [Fact]
    public async Task Doctor_OfAnotherProgram_SaysSo() =>
        ShouldBeRefused(await AgentProgram.RunAsync(["doctor", "--pid", Text(Environment.ProcessId)]), " is not an agent. ");

    [Fact]
    public async Task Doctor_OfAKernelThread_SaysSo()
    {
        Assert.SkipUnless(File.Exists("/proc/2/comm") && (await File.ReadAllTextAsync("/proc/2/comm", TestContext.Current.CancellationToken)).StartsWith("kthreadd", StringComparison.Ordinal), "No kernel threads are seen in a PID namespace.");

        ShouldBeRefused(await AgentProgram.RunAsync(["doctor", "--pid", "2"]), "--pid 2: kthreadd is a kernel thread or has ended");
    }

    [Fact]
    public async Task Doctor_OfAnotherCommandOfTheProgram_SaysSo()
    {
        await using TestProcess watch = AgentProgram.Start(["snapshot", "--watch", "60"]);
        await watch.Output.WaitForAsync("Network namespace");

        ShouldBeRefused(
            await AgentProgram.RunAsync(["doctor", "--pid", Text(watch.Id)]),
            "agent snapshot --watch 60\" is another command of this program, not a running agent");
    }

    public void Dispose() => _folder.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<int> ChildAsync(int parent) => int.Parse(
        await File.ReadAllTextAsync($"/proc/{parent}/task/{parent}/children", TestContext.Current.CancellationToken),
        NumberStyles.AllowTrailingWhite,
        CultureInfo.InvariantCulture);

    private static void ShouldBeRefused(CommandResult result, string expected)
    {
        result.ExitCode.ShouldBe(2, result.ErrorText);
        result.Output.ShouldBeEmpty();
        string line = result.Error.ShouldHaveSingleItem();
        line.ShouldStartWith("agent: ");
        line.ShouldContain(expected);
    }

    private static async Task<TestProcess> StartAsync(string script, params KeyValuePair<string, string>[] environment)
    {
        TestProcess process = TestProcess.Start(Shell, ["-c", script], AgentProgram.Environment([Idle, .. environment]));
        await process.Error.WaitForAsync(Started);
        return process;
    }

    private async Task<DoctorRun> ExamineAsync(int pid, params KeyValuePair<string, string>[] environment) =>
        DoctorRun.Parse(await RunAsync(_agent, ["doctor", "--pid", Text(pid), "--json"], environment));

    private Task<CommandResult> UnprivilegedAsync(int pid, params string[] options) =>
        RunAsync("/usr/bin/setpriv", [.. AsUser.Split(' ')[1..], "--clear-groups", _agent, "doctor", "--pid", Text(pid), .. options], []);

    private static async Task<CommandResult> RunAsync(string file, string[] arguments, KeyValuePair<string, string>[] environment)
    {
        await using TestProcess process = TestProcess.Start(file, arguments, AgentProgram.Environment(environment));
        return await process.WaitForResultAsync();
    }
}
